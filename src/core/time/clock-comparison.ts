import type { HeardStatement } from '../fleet/statement-book.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { WallMs } from './instant.ts';

/** How this node's clock stands to those of others: their median, which half of them would have to lie about. */
export interface ClockComparison {
  /** Positive when this clock is ahead. */
  readonly aheadMs: number;
  /** How many clocks it was compared with. */
  readonly clocks: number;
}

/**
 * A guess: three renewals of a summary. Older ones would compare with what this clock said before somebody set it; younger ones leave
 * out who says something but once a minute.
 */
const HEARD_WITHIN_MS = 180_000;

/**
 * Compares with what was signed lately and heard lately. Leases and summaries alone: they run out, so that nobody passes old ones on,
 * whose age would look like a difference. Good for telling people: whoever is a witness can lie. Undefined when nothing was heard.
 */
export function compareClocks(
  heard: readonly HeardStatement[],
  isWitness: (author: NodeId) => boolean,
  nowMs: WallMs,
): ClockComparison | undefined {
  const ahead = new Map<NodeId, number>();
  for (const { statement, heardAt } of heard) {
    const { author, content, timeMs } = statement;
    const isLate = heardAt.wallMs > nowMs || heardAt.wallMs < nowMs - HEARD_WITHIN_MS;
    if (!('validMs' in content) || isLate || !isWitness(author)) continue;
    // What was longest on its way says too much.
    ahead.set(author, Math.min(heardAt.wallMs - timeMs, ahead.get(author) ?? Number.POSITIVE_INFINITY));
  }
  const sorted = [...ahead.values()].sort((one, other) => one - other);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (lower === undefined || upper === undefined) return undefined;
  // Of two in the middle the one that differs: a clock that is off is rather one that agrees than one that was set.
  return { aheadMs: Math.abs(upper) > Math.abs(lower) ? upper : lower, clocks: sorted.length };
}
