import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Rung } from '../../core/wire/statement/statement.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * Guesses: a link that others carry for us looks for a better way after the least, then twice as late each time, with jitter. A
 * shorter pause frees the relay sooner, a longer one saves attempts of those who have no other way.
 */
const CLIMB_MS = { least: 15_000, most: 600_000 };
/** A guess: all links try anew after a change of the network, but not in one moment. */
const CHANGED_MS = 1_000;

/** When to look for a better way for links that stand on a relay or on TURN (H13). */
export interface RungClimbing {
  onMeasured(peer: NodeId, rung: Rung): void;
  onLinkDown(peer: NodeId): void;
  /** What could not be reached before may be reached now. */
  onNetworkChanged(): void;
  /** Idempotent. */
  close(): void;
}

export function createRungClimbing(deps: {
  readonly clock: Clock;
  readonly random: () => number;
  /** Begins an attempt, unless one is under way; a better link is measured in its time. */
  readonly climb: (peer: NodeId) => void;
}): RungClimbing {
  const climbing = new Map<NodeId, () => void>();

  const stop = (peer: NodeId) => {
    climbing.get(peer)?.();
    climbing.delete(peer);
  };
  const scheduleIn = (peer: NodeId, delayMs: number, pauseMs: number) => {
    climbing.get(peer)?.();
    const cancel = deps.clock.schedule(delayMs, () => {
      scheduleAfter(peer, Math.min(pauseMs * 2, CLIMB_MS.most));
      deps.climb(peer);
    });
    climbing.set(peer, cancel);
  };
  const scheduleAfter = (peer: NodeId, pauseMs: number) =>
    scheduleIn(peer, pauseMs * (0.5 + deps.random()), pauseMs);

  return {
    onMeasured(peer, rung) {
      if (isCarried(rung)) {
        if (!climbing.has(peer)) scheduleAfter(peer, CLIMB_MS.least);
      } else if (rung !== 'unknown') stop(peer);
    },
    onLinkDown: stop,
    onNetworkChanged() {
      for (const peer of [...climbing.keys()]) scheduleIn(peer, deps.random() * CHANGED_MS, CLIMB_MS.least);
    },
    close() {
      for (const peer of [...climbing.keys()]) stop(peer);
    },
  };
}

/** Somebody else's server carries every byte. */
function isCarried(rung: Rung): boolean {
  return rung === 'relay' || isTurn(rung);
}

export function isTurn(rung: Rung): boolean {
  return rung === 'turn-udp' || rung === 'turn-tcp';
}
