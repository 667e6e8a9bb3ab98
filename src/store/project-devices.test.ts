import { describe, expect, test } from 'vitest';
import type { Node } from '../core/node/node.ts';
import { at } from '../core/time/testing/at.ts';
import { idFromBytes, type NodeId, type ReleaseId, type RolloutId } from '../core/wire/encoding/ids.ts';
import { prefixOf, type SummaryContent } from '../core/wire/statement/site-summary.ts';
import type { LeaseContent, ReceiptContent } from '../core/wire/statement/statement.ts';
import { deviceRow } from './project-devices.ts';
import { createReceiptHistory } from './receipt-history.ts';
import { readSiteSummaries } from './testing/whole-projection.ts';
import { WATCHING_ALL } from './watch.ts';

const NOW_MS = 1_000_000;
const idOf = <Id extends NodeId | ReleaseId | RolloutId>(fill: number) =>
  idFromBytes<Id>(new Uint8Array(32).fill(fill));
const [TILL, SPEAKER] = [idOf<NodeId>(1), idOf<NodeId>(2)];
const [OLD, NEW] = [idOf<ReleaseId>(8), idOf<ReleaseId>(9)];

type Content = LeaseContent | ReceiptContent | SummaryContent;

const lease = (rest: Partial<LeaseContent> = {}): LeaseContent => ({
  type: 'lease',
  validMs: 30_000,
  stage: 'committed',
  running: OLD,
  target: undefined,
  bytesHere: undefined,
  links: [],
  freshness: 'fresh',
  ...rest,
});
const receipt = (rest: Partial<ReceiptContent> = {}): ReceiptContent =>
  ({
    type: 'receipt',
    rollout: idOf<RolloutId>(5),
    release: NEW,
    stage: 'fetching',
    reason: '',
    bytesFromPublisher: 0,
    bytesFromPeers: 0,
    ...rest,
  }) as ReceiptContent;

/** One device of a site that is watched, by what was heard of it so many milliseconds ago. */
function aTill(
  ...said: readonly { readonly by?: NodeId; readonly content: Content; readonly agoMs: number }[]
) {
  const heard = said.map(({ by = TILL, content, agoMs }) => ({
    statement: { author: by, content },
    heardAt: at(NOW_MS - agoMs),
  }));
  const ofKind = (kind: string) => heard.filter(({ statement }) => statement.content.type === kind);
  const device = (id: NodeId, name: string) =>
    [id, { entry: { timeMs: 0 }, body: { device: id, name, site: 'Pier', labels: {} } }] as const;
  const files = [{ path: 'index.html', hash: 'x', sizeBytes: 500 }];
  const release = (id: ReleaseId, version: string) =>
    [id, { manifest: { product: 'menu', version, files } }] as const;
  const node = {
    ledger: { size: () => 1 },
    view: () => ({
      devices: new Map([device(TILL, 'till'), device(SPEAKER, 'speaker')]),
      releases: new Map([release(OLD, '1.0'), release(NEW, '2.0')]),
      grants: [],
    }),
    book: {
      ofKind,
      newest: (author: NodeId, kind: string) =>
        ofKind(kind).find(({ statement }) => statement.author === author),
    },
  } as unknown as Node;
  const summaries = readSiteSummaries(node, NOW_MS);
  const history = createReceiptHistory();
  const admission = node.view().devices.get(TILL)!;
  return deviceRow(node, admission, { history, summaries, watch: WATCHING_ALL }, NOW_MS);
}

describe('a device of a site that is watched', () => {
  test('is away once its lease ran out, though a summary from before that counts it (M5, M15)', () => {
    const content: SummaryContent = {
      type: 'summary',
      validMs: 90_000,
      present: 1,
      groups: [{ running: OLD, target: undefined, stage: 'committed', count: 1, devices: [prefixOf(TILL)] }],
    };
    const till = aTill({ content: lease(), agoMs: 40_000 }, { by: SPEAKER, content, agoMs: 20_000 });
    // The lease held until 10 s ago.
    expect(till.presence).toBe('away');
    const later = aTill({ content: lease(), agoMs: 40_000 }, { by: SPEAKER, content, agoMs: 5_000 });
    expect(later.presence).toBe('present');
  });

  test('is at the stage of its receipt, which comes before the lease that says the same', () => {
    const till = aTill({ content: lease(), agoMs: 1_000 }, { content: receipt(), agoMs: 500 });
    expect(till).toMatchObject({ stage: 'fetching', target: { release: NEW, version: '2.0' } });
  });

  test('shows the bytes of the release that it fetches, never those of the one before', () => {
    const fetching = (target: ReleaseId) => lease({ stage: 'fetching', target, bytesHere: 100 });
    const before = aTill({ content: fetching(OLD), agoMs: 1_000 }, { content: receipt(), agoMs: 500 });
    expect(before.progress).toBeUndefined();
    const after = aTill({ content: fetching(NEW), agoMs: 100 }, { content: receipt(), agoMs: 500 });
    expect(after.progress).toEqual({ bytesHere: 100, sizeBytes: 500 });
  });
});

test('of a device the newest fifty receipts are kept', () => {
  const history = createReceiptHistory();
  const node = {
    view: () => ({ releases: new Map() }),
    ledger: { size: () => 1, accepted: () => undefined },
  } as unknown as Node;
  for (let turn = 0; turn < 120; turn++)
    history.add({
      statement: { author: TILL, content: receipt({ reason: `receipt ${turn}` }) } as never,
      bytes: new Uint8Array(),
      heardAt: at(turn),
    });
  const rows = history.of(TILL, node);
  expect(rows).toHaveLength(50);
  expect(rows[0]?.reason).toBe('receipt 119');
});
