import type { Ledger } from '../ledger/ledger.ts';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import { WireError } from '../wire/encoding/refusal.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { readRolloutBody, rolloutNumber } from '../wire/entry/rollout.ts';

/** Every rollout that was ever written, whatever became of it since: devices may have followed it. */
export interface RolledOut {
  /** In the order in which they were taken in. */
  readonly rollouts: readonly Entry[];
  readonly releases: ReadonlySet<ReleaseId>;
}

/** Reads the ledger as far as it has grown, each entry once. */
export function createRolledOut(ledger: Pick<Ledger, 'entries' | 'size'>): () => RolledOut {
  const rollouts: Entry[] = [];
  const releases = new Set<ReleaseId>();
  let seen = 0;
  return () => {
    if (seen < ledger.size())
      for (const entry of ledger.entries().slice(seen)) {
        seen++;
        const release = releaseOf(entry);
        if (release === undefined) continue;
        rollouts.push(entry);
        releases.add(release);
      }
    return { rollouts, releases };
  };
}

function releaseOf(entry: Entry): ReleaseId | undefined {
  if (rolloutNumber(entry.path) === undefined) return undefined;
  try {
    return readRolloutBody(entry.body).release;
  } catch (error) {
    // What deletes a rollout, or what a later version writes there.
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
