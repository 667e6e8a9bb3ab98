import { createBudget } from '../overlay/budget.ts';

/**
 * Bounds what one neighbour may send that brings nothing new (M13). New items are not counted, because each cost its
 * author a signature. Attack: junk that is well-formed costs its sender nothing, and this node the reading of it.
 */
export interface IdleTraffic {
  /** A message, or a push of what is here. False when there are too many of them. */
  message(nowMs: number): boolean;
  /** Bytes in bulk that were here already. False when there are too many of them. */
  knownBytes(sizeBytes: number, nowMs: number): boolean;
}

/**
 * A guess: honest nodes announce 50 times a second at most, and push what is known for as long as the trees of a new mesh grow, some
 * thousands in a burst. More lets a flood go on for longer, less hangs up on honest nodes in a storm.
 */
const MESSAGES = { burst: 8_192, perSecond: 500 } as const;
/** A guess: a newcomer reconciles with all its neighbours at once and gets what it lacks from each, so much of a large ledger comes twice. */
const KNOWN_KIB = { burst: 256 * 1024, perSecond: 4 * 1024 } as const;
const KIB = 1024;

export function createIdleTraffic(): IdleTraffic {
  const messages = createBudget(MESSAGES);
  const known = createBudget(KNOWN_KIB);
  let restBytes = 0;
  return {
    message: (nowMs) => messages.take(nowMs),
    knownBytes: (sizeBytes, nowMs) => {
      restBytes += sizeBytes;
      for (; restBytes >= KIB; restBytes -= KIB) if (!known.take(nowMs)) return false;
      return true;
    },
  };
}
