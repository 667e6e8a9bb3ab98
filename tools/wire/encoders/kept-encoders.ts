import fc from 'fast-check';
import { encodeHighWaterMark } from '../../../src/core/wire/kept/high-water-mark.ts';
import {
  encodeKeptBans,
  MAX_BAN_REASON_CHARACTERS,
  MAX_BANS,
} from '../../../src/core/wire/kept/kept-bans.ts';
import { MAX_BEACON_FRONTIER } from '../../../src/core/wire/statement/statement.ts';
import { entriesUpTo, entryAt, listUpTo, nodeAt, textUpTo, uint } from './around-bounds.ts';
import { type Encoding, text } from './encoding.ts';
/** What a node keeps for itself. */
export const KEPT_ENCODERS = {
  'high-water mark': text(
    fc.record({
      floors: listUpTo(512, (index) => `p${index}`).chain((products) =>
        fc
          .tuple(
            listUpTo(8, (index) => ({ counter: index, release: entryAt(index) })),
            textUpTo(250),
          )
          .map(([floors, product]) =>
            Object.fromEntries(
              products.map((each, index) => [index === 0 ? `${product}${each}` : each, floors]),
            ),
          ),
      ),
      beacons: listUpTo(8, (index) => ({
        author: nodeAt(index),
        session: 1,
        sequence: 2,
        timeMs: 3,
        rootVersion: 1,
        frontier: [entryAt(index)],
      })),
      ledger: fc.record({ entries: uint, newest: entriesUpTo(MAX_BEACON_FRONTIER) }),
    }),
    encodeHighWaterMark,
  ),
  'kept bans': text(
    fc
      .tuple(
        listUpTo(MAX_BANS, nodeAt),
        fc.record({
          reason: textUpTo(MAX_BAN_REASON_CHARACTERS),
          bannedAtMs: uint,
          untilMs: uint,
          times: uint,
        }),
        uint,
      )
      .map(([peers, ban, revision]) => ({ revision, bans: peers.map((peer) => ({ peer, ...ban })) })),
    encodeKeptBans,
  ),
} as const satisfies Readonly<Record<string, Encoding>>;
