import fc from 'fast-check';
import { MAX_STATEMENT_BYTES } from '../../../src/core/wire/encoding/limits.ts';
import { DEVICE_STAGES } from '../../../src/core/wire/statement/device-stage.ts';
import {
  MAX_WARNING_CHARACTERS,
  MAX_WARNING_KINDS,
} from '../../../src/core/wire/statement/release-warnings.ts';
import {
  type DevicePrefix,
  MAX_SUMMARY_GROUPS,
  prefixOf,
} from '../../../src/core/wire/statement/site-summary.ts';
import {
  encodeSignedStatement,
  encodeStatement,
  FRESHNESS,
  MAX_BEACON_FRONTIER,
  type OwnContent,
  RUNGS,
} from '../../../src/core/wire/statement/statement.ts';
import {
  bytesOf,
  bytesUpTo,
  entriesUpTo,
  entry,
  entryAt,
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
import { type Encoding, of } from './encoding.ts';

const group = fc.record({
  running: maybe(entry),
  target: maybe(entry),
  stage: maybe(fc.constantFrom(...DEVICE_STAGES)),
  count: uintUpTo(256),
  devices: listUpTo(16, (index): DevicePrefix => prefixOf(nodeAt(index))),
});
const warnings = fc.record({
  total: uint,
  kinds: fc
    .tuple(textUpTo(MAX_WARNING_CHARACTERS), uint)
    .chain(([text, count]) => listUpTo(MAX_WARNING_KINDS, () => ({ text, count }))),
});
const rung = fc.constantFrom(...RUNGS);
const statementContent: fc.Arbitrary<OwnContent> = fc.oneof(
  fc.record({
    type: fc.constant('lease' as const),
    validMs: uint,
    stage: maybe(fc.constantFrom(...DEVICE_STAGES)),
    running: maybe(entry),
    target: maybe(entry),
    bytesHere: maybe(uint),
    links: fc.tuple(nodesUpTo(32), rung).map(([peers, same]) => peers.map((peer) => ({ peer, rung: same }))),
    freshness: fc.constantFrom(...FRESHNESS),
  }),
  fc.record({
    type: fc.constant('receipt' as const),
    stage: fc.constantFrom(...DEVICE_STAGES),
    rollout: maybe(entry),
    release: maybe(entry),
    reason: textUpTo(500),
    bytesFromPublisher: uint,
    bytesFromPeers: uint,
    warnings,
  }),
  fc.record({ type: fc.constant('alarm' as const), reason: textUpTo(500), subject: textUpTo(200) }),
  fc.record({
    type: fc.constant('beacon' as const),
    frontier: entriesUpTo(MAX_BEACON_FRONTIER),
    rootVersion: uint,
    intervalMs: mostly(fc.constantFrom(1_000, 86_400_000), uint),
  }),
  fc.record({
    type: fc.constant('summary' as const),
    validMs: uint,
    present: fc.constantFrom(0, 256, 5_000),
    groups: fc.oneof(
      fc.array(group, { maxLength: 3 }),
      listUpTo(MAX_SUMMARY_GROUPS, () => ({
        running: entryAt(1),
        target: undefined,
        stage: undefined,
        count: 20,
        devices: Array.from({ length: 16 }, (_, index) => prefixOf(nodeAt(index))),
      })),
    ),
  }),
);

export const STATEMENT_ENCODERS = {
  statement: of(
    fc.record({
      fleet: entry,
      author: node,
      session: uint,
      sequence: uint,
      timeMs: uint,
      content: statementContent,
    }),
    encodeStatement,
  ),
  'signed statement': of(
    fc.record({ signedBytes: bytesUpTo(MAX_STATEMENT_BYTES), signature: bytesOf(64) }),
    encodeSignedStatement,
  ),
} as const satisfies Readonly<Record<string, Encoding>>;
