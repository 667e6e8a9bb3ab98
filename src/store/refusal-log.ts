import type { NodeId } from '../core/wire/encoding/ids.ts';

export interface Refusal {
  readonly peer: NodeId;
  readonly reason: string;
  readonly times: number;
  readonly lastAtMs: number;
}

/** What was turned away here since the page was opened, by node and reason. */
export interface RefusalLog {
  refused(peer: NodeId, reason: string, atMs: number): void;
  /** Newest first. */
  items(): readonly Refusal[];
}

/** A guess: what a person may want to look at. Attack: reasons and names without number fill the page. */
const MAX_REFUSALS = 50;

export function createRefusalLog(): RefusalLog {
  /** Oldest first. */
  const refusals = new Map<string, Refusal>();
  return {
    refused: (peer, reason, atMs) => {
      const key = `${peer} ${reason}`;
      const times = (refusals.get(key)?.times ?? 0) + 1;
      refusals.delete(key);
      refusals.set(key, { peer, reason, times, lastAtMs: atMs });
      const oldest = refusals.size > MAX_REFUSALS ? refusals.keys().next().value : undefined;
      if (oldest !== undefined) refusals.delete(oldest);
    },
    items: () => [...refusals.values()].reverse(),
  };
}
