import fc from 'fast-check';
import type { InfoHash, NodeId } from '../../../src/core/wire/encoding/ids.ts';
import { MAX_FRAME_BYTES, MAX_SIGNAL_BYTES } from '../../../src/core/wire/encoding/limits.ts';
import { briefNameOf } from '../../../src/core/wire/link/brief-name.ts';
import { itemOfEntry, itemOfStatement, type StatementMark } from '../../../src/core/wire/link/item.ts';
import { type LinkMessage, MAX_CHANNEL, MAX_HOLDINGS } from '../../../src/core/wire/link/message.ts';
import {
  MAX_HOPS,
  MAX_ITEM_HOPS,
  MAX_ITEMS,
  MAX_NODES,
  MAX_RELAYS,
  MAX_TOPICS,
  type Topic,
} from '../../../src/core/wire/link/overlay.ts';
import {
  DIGEST_BYTES,
  MAX_RANGE_PARTS,
  MAX_RECONCILIATION_BYTES,
  NONCE_BYTES,
  ODD_SKETCH_BYTES,
  type RangePart,
  SHORT_ID_BYTES,
  SYMBOL_BYTES,
} from '../../../src/core/wire/link/reconciliation.ts';
import {
  bytesOf,
  bytesUpTo,
  entryAt,
  infoHash,
  infoHashAt,
  listUpTo,
  maybe,
  mostly,
  node,
  nodeAt,
  nodesUpTo,
  textUpTo,
  uint,
  uintUpTo,
} from './around-bounds.ts';

type Values = {
  readonly [Type in LinkMessage['type']]: fc.Arbitrary<Omit<Extract<LinkMessage, { type: Type }>, 'type'>>;
};

/** Runs of items of one size. */
const runOf = (itemBytes: number) =>
  mostly(
    fc.constantFrom(0, 1, Math.floor(MAX_RECONCILIATION_BYTES / itemBytes)).map((count) => count * itemBytes),
    fc.constantFrom(itemBytes - 1, MAX_RECONCILIATION_BYTES + itemBytes),
  ).map((length) => new Uint8Array(length));

/** A node twice, among them. */
const distinctUpTo = (atMost: number): fc.Arbitrary<readonly NodeId[]> =>
  mostly<readonly NodeId[]>(nodesUpTo(atMost), fc.constant([nodeAt(1), nodeAt(1)]));

const topic: fc.Arbitrary<Topic> = mostly<Topic>(
  fc.oneof(
    fc.constant<Topic>('fleet'),
    textUpTo(100).map((site): Topic => `site:${site}`),
  ),
  textUpTo(110).map((text) => text as Topic),
);
const topicAt = (index: number): Topic => `site:${index}`;
const hops = uintUpTo(MAX_ITEM_HOPS);

const mark = fc.record<StatementMark>({
  author: node,
  kind: fc.constantFrom('lease', 'receipt', 'alarm', 'beacon', 'summary', 'faults'),
  session: uint,
  sequence: uint,
});
const markAt = (index: number): StatementMark => ({
  author: nodeAt(index),
  kind: 'receipt',
  session: 2 ** 53 - 1,
  sequence: index,
});
const itemAt = (index: number) =>
  index % 2 === 0 ? itemOfEntry(entryAt(index)) : itemOfStatement(markAt(index));

const briefNameAt = (index: number) => briefNameOf(itemOfEntry(entryAt(index)))!;
const entranceAt = (index: number) => ({ by: nodeAt(index), hops: index % 256, asked: index % 2 === 0 });

const part: fc.Arbitrary<RangePart> = fc.oneof(
  fc.record({ type: fc.constant('same' as const), upper: bytesUpTo(32) }),
  fc.record({
    type: fc.constant('fingerprint' as const),
    upper: bytesUpTo(32),
    fingerprint: bytesOf(DIGEST_BYTES),
  }),
  fc.record({ type: fc.constant('ids' as const), upper: bytesUpTo(32), ids: listUpTo(2560, entryAt) }),
);

const envelopes = fc.oneof(
  listUpTo(1024, () => new Uint8Array(100)),
  bytesUpTo(MAX_FRAME_BYTES).map((bytes) => [bytes]),
);
const channel = fc.record({ channel: uintUpTo(MAX_CHANNEL, 1) });

/** One of each type that two ends of a link say to each other. */
const LINK_VALUES: Values = {
  greet: fc.record({ nonce: bytesOf(NONCE_BYTES), count: uint, oddSketch: maybe(bytesOf(ODD_SKETCH_BYTES)) }),
  sketch: fc.record({ symbols: runOf(SYMBOL_BYTES), last: fc.boolean() }),
  list: fc.record({ shortIds: runOf(SHORT_ID_BYTES), last: fc.boolean() }),
  more: fc.record({ symbols: uint }),
  answer: fc.record({ common: bytesOf(DIGEST_BYTES), wants: runOf(SHORT_ID_BYTES), last: fc.boolean() }),
  ranges: fc.record({
    lower: bytesUpTo(32),
    parts: fc.oneof(
      fc.array(part, { maxLength: 3 }),
      listUpTo(MAX_RANGE_PARTS, (): RangePart => ({ type: 'same', upper: new Uint8Array(32) })),
    ),
    wants: listUpTo(2560, entryAt),
  }),
  join: fc.record({}),
  'forward-join': fc.record({ node, hopsLeft: uintUpTo(MAX_HOPS) }),
  neighbor: fc.record({ priority: fc.constantFrom('high', 'low') }),
  'neighbor-answer': fc.record({ accepted: fc.boolean() }),
  disconnect: fc.record({}),
  shuffle: fc.record({ path: distinctUpTo(MAX_HOPS), nodes: distinctUpTo(MAX_NODES) }),
  'shuffle-reply': fc.record({ path: distinctUpTo(MAX_HOPS), nodes: distinctUpTo(MAX_NODES) }),
  'active-view': fc.record({ nodes: distinctUpTo(MAX_NODES) }),
  subscribe: fc.record({
    topics: fc.oneof(
      fc.constant('all' as const),
      listUpTo(MAX_TOPICS, topicAt),
      topic.map((one) => [one]),
    ),
    relays: listUpTo(MAX_RELAYS, topicAt),
  }),
  'join-topic': fc.record({ topic }),
  ihave: fc.record({
    topic,
    pushed: fc.boolean(),
    items: fc.oneof(
      listUpTo(MAX_ITEMS, (index) => ({ item: itemAt(index), hops: index % 256 })),
      listUpTo(MAX_ITEMS, (index) => ({
        item: itemAt(index),
        hops: index % 256,
        ...(index % 3 > 0 && { entrance: entranceAt(index) }),
      })),
      fc.record({ item: mark.map(itemOfStatement), hops }).map((one) => [one]),
    ),
  }),
  'ihave-brief': fc.record({
    topic,
    items: listUpTo(MAX_ITEMS, (index) => ({ name: briefNameAt(index), hops: index % 256 })),
  }),
  'graft-brief': fc.record({ topic, names: listUpTo(MAX_ITEMS, briefNameAt) }),
  graft: fc.record({ topic, items: listUpTo(MAX_ITEMS, itemAt) }),
  prune: fc.record({ topic }),
  signal: fc.record({ target: node, path: distinctUpTo(MAX_HOPS), signal: bytesUpTo(MAX_SIGNAL_BYTES) }),
  inventory: fc.record({
    statements: fc.oneof(
      listUpTo(2048, markAt),
      mark.map((one) => [one]),
    ),
    last: fc.boolean(),
  }),
  push: fc.record({
    kind: fc.constantFrom('entry', 'statement'),
    hops,
    payload: bytesUpTo(MAX_FRAME_BYTES),
  }),
  entries: fc.record({ envelopes }),
  statements: envelopes.map((statements) => ({ statements })),
  holdings: fc.record({
    bundles: fc.oneof(
      listUpTo(MAX_HOLDINGS, (index) => ({ infoHash: infoHashAt(index), whole: index % 2 === 0 })),
      infoHash.map((one: InfoHash) => [{ infoHash: one, whole: true }]),
    ),
  }),
  'wire-offer': fc.record({ infoHash, channel: uintUpTo(MAX_CHANNEL, 1) }),
  'wire-ready': channel,
  'wire-declined': channel,
  goodbye: fc.record({ reason: textUpTo(200) }),
};

/** By type. */
export const linkMessages: readonly (readonly [string, fc.Arbitrary<LinkMessage>])[] = Object.entries(
  LINK_VALUES,
).map(([type, values]) => [
  type,
  (values as fc.Arbitrary<object>).map((fields) => ({ type, ...fields }) as LinkMessage),
]);
