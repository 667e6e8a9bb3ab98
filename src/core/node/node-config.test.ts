import { describe, expect, test } from 'vitest';
import { activeViewSize } from '../overlay/hyparview-config.ts';
import { MAX_NODES } from '../wire/link/overlay.ts';
import {
  decodeStatement,
  encodeStatement,
  LEASE_MS,
  type OwnStatement,
} from '../wire/statement/statement.ts';
import { NODE_CONFIGS } from './node-config.ts';
import { leaseOf } from './own-statements.ts';

describe.each(Object.entries(NODE_CONFIGS))('preset %s', (_, { hyparview, plumtree, lease }) => {
  test('takes more links than it looks for, and no more than one message names (M9)', () => {
    expect(activeViewSize(hyparview)).toBeLessThan(hyparview.maxLinks.low);
    expect(hyparview.maxLinks.low).toBeLessThan(hyparview.maxLinks.high);
    expect(hyparview.maxLinks.high).toBeLessThanOrEqual(MAX_NODES);
  });

  test('asks the next announcer sooner than the longest first wait, as Plumtree does', () => {
    expect(plumtree.askAgain.baseMs).toBeLessThan(plumtree.graft.leastMs + plumtree.graft.spreadMs);
    expect(plumtree.gather.mostMs).toBeGreaterThan(plumtree.gather.pushedMs);
  });

  test('says leases that readers take for as long as they say, renewed before they end (M5)', () => {
    const here = { validMs: lease.validMs, links: new Map(), freshness: 'fresh' as const };
    const content = leaseOf(undefined, { releases: new Map() } as never, new Map(), here);
    const statement = { ...SAID, content } as OwnStatement;
    expect(decodeStatement(encodeStatement(statement)).content).toMatchObject({ validMs: lease.validMs });
    expect(lease.renewals).toBeGreaterThan(1);
    // Pages say "within" so long of all whom leases show as present.
    expect(lease.validMs).toBeLessThanOrEqual(LEASE_MS);
  });
});

const ID = 'A'.repeat(43);
const SAID = { fleet: ID, author: ID, session: 1, sequence: 1, timeMs: 1 };
