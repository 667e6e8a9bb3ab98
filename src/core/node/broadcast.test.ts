import { describe, expect, test } from 'vitest';
import { summaryOf } from '../fleet/site-summary.ts';
import { createStatementBook } from '../fleet/statement-book.ts';
import { at } from '../time/testing/at.ts';
import { type EntryId, type FleetId, idFromBytes, type NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import type { Topic } from '../wire/link/overlay.ts';
import { NO_WARNINGS } from '../wire/statement/release-warnings.ts';
import type { Statement } from '../wire/statement/statement.ts';
import { createBroadcast } from './broadcast.ts';

const id = (name: string) => name as NodeId;
/** `tills-1` is of the site `tills`; a name without a number is nobody's of a site. */
const siteOf = (node: NodeId) => (node.includes('-') ? node.split('-')[0] : undefined);

const CONTENTS: Readonly<Record<'lease' | 'receipt' | 'alarm' | 'summary', Statement['content']>> = {
  lease: {
    type: 'lease',
    validMs: 30_000,
    stage: undefined,
    running: undefined,
    target: undefined,
    bytesHere: undefined,
    links: [],
    freshness: 'unknown',
  },
  receipt: {
    type: 'receipt',
    stage: 'committed',
    rollout: undefined,
    release: undefined,
    reason: '',
    bytesFromPublisher: 0,
    bytesFromPeers: 0,
    warnings: NO_WARNINGS,
  },
  alarm: { type: 'alarm', reason: 'a bad piece', subject: 'x' },
  summary: summaryOf([], 30_000),
};

/** A node with a neighbour of its own site, one of another, and a dashboard. */
function setUp(self: string) {
  const book = createStatementBook({ self: id(self), isMember: () => true });
  const broadcast = createBroadcast({
    self: id(self),
    siteOf,
    isMember: () => true,
    ledger: { knows: () => false, envelope: () => undefined },
    book,
  });
  const subscriptions: Readonly<Record<string, readonly Topic[] | 'all'>> = {
    'tills-2': ['site:tills'],
    'bar-1': ['site:bar'],
    dashboard: 'all',
  };
  for (const [peer, topics] of Object.entries(subscriptions)) {
    broadcast.handle({ type: 'link-up', peer: id(peer), dialled: false }, 0, () => 0.5);
    const message = { type: 'subscribe', topics, relays: [] } as const;
    broadcast.handle({ type: 'message-received', peer: id(peer), message }, 0, () => 0.5);
  }
  return {
    broadcast,
    /** Who is pushed what the node says. */
    said: (kind: keyof typeof CONTENTS) => {
      const statement: Statement = {
        fleet: 'fleet' as FleetId,
        author: id(self),
        session: 1,
        sequence: 0,
        timeMs: 0,
        content: CONTENTS[kind],
      };
      book.put({ statement, bytes: new Uint8Array(1), heardAt: at(0) });
      return broadcast
        .onStatementAccepted(statement, { type: 'own' }, 0, () => 0.5)
        .flatMap((effect) =>
          effect.type === 'send-message' && effect.message.type === 'push' ? [effect.to] : [],
        );
    },
  };
}

describe('topics of statements (G6)', () => {
  test('leases and receipts of a device go to its site and to who watches it, not to other sites', () => {
    const { said } = setUp('tills-1');
    expect(said('lease')).toEqual(['tills-2', 'dashboard']);
    expect(said('receipt')).toEqual(['tills-2', 'dashboard']);
  });

  test('alarms and the summary of a site go to the whole fleet', () => {
    const { said } = setUp('tills-1');
    expect(said('alarm')).toEqual(['tills-2', 'bar-1', 'dashboard']);
    expect(said('summary')).toEqual(['tills-2', 'bar-1', 'dashboard']);
  });

  test('the lease of who is of no site goes to the whole fleet', () => {
    expect(setUp('operator').said('lease')).toEqual(['tills-2', 'bar-1', 'dashboard']);
  });

  test('a device asks for its own site, a dashboard for those that it watches, or all; more than 64 are all', () => {
    const asked = (self: string, sites: readonly string[] | 'all') =>
      setUp(self)
        .broadcast.watchSites(sites, 0, () => 0.5)
        .flatMap((effect) =>
          effect.type === 'send-message' && effect.message.type === 'subscribe'
            ? [effect.message.topics]
            : [],
        )[0];
    expect(asked('tills-1', [])).toEqual(['site:tills']);
    expect(asked('operator', ['bar'])).toEqual(['site:bar']);
    expect(asked('operator', 'all')).toBe('all');
    expect(
      asked(
        'operator',
        Array.from({ length: 65 }, (_, at) => `s${at}`),
      ),
    ).toBe('all');
  });
});

describe('what overtakes on a slow link (G5)', () => {
  const priorityOf = (action: Entry['action'], path: string) => {
    const broadcast = createBroadcast({
      self: id('tills-1'),
      siteOf,
      isMember: () => true,
      ledger: { knows: () => true, envelope: () => new Uint8Array(1) },
      book: createStatementBook({ self: id('tills-1'), isMember: () => true }),
    });
    broadcast.handle({ type: 'link-up', peer: id('tills-2'), dialled: false }, 0, () => 0.5);
    const entry = { id: idFromBytes<EntryId>(new Uint8Array(32)), action, path } as Entry;
    const effects = broadcast.onEntryAccepted(entry, { type: 'own' }, 0, () => 0.5);
    return effects.flatMap((effect) => (effect.type === 'send-message' ? [effect.priority] : []));
  };

  test.each([
    ['revoke', '/'],
    ['mode', '/releases/menu'],
    ['delete', '/rollouts/00000003'],
    ['update', '/rollouts/00000003'],
    ['create', '/rollouts/00000003/later'],
  ] as const)('%s at %s', (action, path) => {
    expect(priorityOf(action, path)).toEqual(['urgent']);
  });

  test.each([
    ['create', '/rollouts/00000003'],
    ['update', '/config/fleet/opens'],
    ['create', '/releases/menu/1'],
    ['delete', '/releases/menu/1'],
    ['admit', '/devices/key'],
  ] as const)('not %s at %s', (action, path) => {
    expect(priorityOf(action, path)).toEqual(['normal']);
  });
});
