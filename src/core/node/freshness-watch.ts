import { BEACON_INTERVAL_MS, beaconOf, freshnessOf } from '../fleet/beacon.ts';
import type { StatementBook } from '../fleet/statement-book.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { rolesOf } from '../ledger/view.ts';
import type { MonotonicMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Freshness } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';
import type { ProvenState } from './proven-state.ts';

/** How fresh this node's ledger is by the beacons that it heard (F1, F2), and the beacons that it says itself. */
export interface FreshnessWatch {
  freshness(nowMs: MonotonicMs): Freshness;
  /** Says once when a device falls behind, lost entries, or hears no beacon any more. */
  look(nowMs: MonotonicMs): readonly NodeEffect[];
  /** The next beacon, where this node's key may say one. */
  publishBeacon(): readonly NodeEffect[];
  /** Takes up what the beacons heard prove, and keeps the mark if it rose. */
  keepMark(): readonly NodeEffect[];
}

const ALARMS = {
  short:
    'the ledger on this device came back short: entries that it had are gone from its storage, and neighbours send them again',
  stale: 'no beacon was heard in time: news may be withheld from this device, or no operator is there',
  behind: 'a beacon names entries that do not arrive here: somebody may withhold them',
} as const;

export function createFreshnessWatch(deps: {
  readonly self: NodeId;
  readonly isDevice: boolean;
  readonly ledger: Ledger;
  readonly book: StatementBook;
  readonly proven: ProvenState;
}): FreshnessWatch {
  const { self, ledger, book, proven } = deps;
  let last: Freshness = 'unknown';

  const mayBeacon = (author: NodeId) => rolesOf(ledger.view, author).includes('beacon');

  const freshness = (nowMs: MonotonicMs): Freshness =>
    proven.shortfall() !== undefined
      ? 'short'
      : freshnessOf(
          book.ofKind('beacon').filter(({ statement }) => !proven.isBelow(statement)),
          mayBeacon,
          (id) => ledger.accepted(id) !== undefined,
          nowMs,
        );

  return {
    freshness,
    look: (nowMs) => {
      const state = freshness(nowMs);
      const isNews = state !== last;
      last = state;
      if (!deps.isDevice || !isNews || state === 'fresh' || state === 'unknown') return [];
      return [
        {
          type: 'sign-statement',
          content: { type: 'alarm', reason: ALARMS[state], subject: 'beacon' },
        },
      ];
    },
    publishBeacon: () => {
      const next = { type: 'schedule-timer', timer: 'beacon', delayMs: BEACON_INTERVAL_MS } as const;
      return mayBeacon(self) ? [next, { type: 'sign-statement', content: beaconOf(ledger) }] : [next];
    },
    keepMark: () => {
      const beacons = book.ofKind('beacon').filter(({ statement }) => mayBeacon(statement.author));
      return proven.raise(beacons) ? [{ type: 'keep-mark', mark: proven.mark() }] : [];
    },
  };
}
