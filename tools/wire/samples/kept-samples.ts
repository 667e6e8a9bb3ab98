import { encodeHighWaterMark } from '../../../src/core/wire/kept/high-water-mark.ts';
import { encodeKeptBans } from '../../../src/core/wire/kept/kept-bans.ts';
import { id, node, utf8 } from './fillers.ts';
import type { Sample } from './sample.ts';

/** Texts that a node keeps for itself, in places that may give back anything. */
export const KEPT_SAMPLES: readonly Sample[] = [
  {
    decoder: 'high-water mark',
    name: 'floors, a beacon and a ledger',
    bytes: utf8(
      encodeHighWaterMark({
        floors: { menu: [{ counter: 7, release: id(5) }] },
        beacons: [
          {
            author: node(0x21),
            session: 3,
            sequence: 9,
            timeMs: 1_790_000_000_000,
            rootVersion: 2,
            frontier: [id(5), id(6)],
          },
        ],
        ledger: { entries: 300, newest: [id(6)] },
      }),
    ),
  },
  {
    decoder: 'kept bans',
    name: 'one in force and one that ended',
    bytes: utf8(
      encodeKeptBans({
        revision: 4,
        bans: [
          { peer: node(0x22), reason: 'a bad frame', bannedAtMs: 1_000, untilMs: 3_601_000, times: 1 },
          {
            peer: node(0x23),
            reason: 'a piece of a release did not make its hash',
            bannedAtMs: 1_790_000_000_000,
            untilMs: 1_790_007_200_000,
            times: 2,
          },
        ],
      }),
    ),
  },
];
