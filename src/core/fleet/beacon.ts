import type { MonotonicMs } from '../time/instant.ts';
import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import { type BeaconContent, type Freshness, MAX_BEACON_FRONTIER } from '../wire/statement/statement.ts';
import type { HeardStatement } from './statement-book.ts';

/** A guess: freeze attacks are noticed within two intervals; a shorter one notices sooner and sends more. */
export const BEACON_INTERVAL_MS = 60_000;
/** A guess: entries and the beacon that names them travel apart, so what is missing gets this long to arrive. */
const ARRIVAL_MS = 10_000;

export function beaconOf(ledger: {
  newestFrontier(count: number): readonly EntryId[];
  readonly view: { readonly rootVersion: number };
}): BeaconContent {
  return {
    type: 'beacon',
    frontier: ledger.newestFrontier(MAX_BEACON_FRONTIER),
    rootVersion: ledger.view.rootVersion,
    intervalMs: BEACON_INTERVAL_MS,
  };
}

/**
 * How fresh a node's ledger is by the beacons it heard (freeze attack, TUF 1.5.3: whoever stands between may withhold
 * what is new and let the rest through). Only beacons of keys that hold the role count; of these the one heard last.
 */
export function freshnessOf(
  beacons: readonly HeardStatement[],
  mayBeacon: (author: NodeId) => boolean,
  holds: (id: EntryId) => boolean,
  nowMs: MonotonicMs,
): Freshness {
  let newest: { readonly heardAtMs: MonotonicMs; readonly content: BeaconContent } | undefined;
  for (const { statement, heardAt } of beacons)
    if (
      statement.content.type === 'beacon' &&
      mayBeacon(statement.author) &&
      (newest === undefined || heardAt.monotonicMs > newest.heardAtMs)
    )
      newest = { heardAtMs: heardAt.monotonicMs, content: statement.content };
  if (newest === undefined) return 'unknown';
  const ageMs = nowMs - newest.heardAtMs;
  if (ageMs > 2 * newest.content.intervalMs) return 'stale';
  return ageMs > ARRIVAL_MS && newest.content.frontier.some((id) => !holds(id)) ? 'behind' : 'fresh';
}
