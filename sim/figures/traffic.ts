import type { Fleet } from '../fleet/fleet.ts';
import { mean, quantile } from './distribution.ts';

/** What the nodes that live now sent and dialled since a mark was set. */
export interface Traffic {
  readonly framesPerNodeSecond: number;
  readonly bytesPerNodeSecond: number;
  /** Of the node that sent most. */
  readonly bytesPerNodeSecondMost: number;
  /** Dials a minute: the mean, and of the node that dialled most. */
  readonly dialsPerMinute: number;
  readonly dialsPerMinuteMost: number;
}

/** Call the result later for the traffic since. */
export function markTraffic({ network, dials, simulation, alive }: Fleet): () => Traffic {
  const startedMs = simulation.nowMs;
  const before = {
    frames: network.counters.framesSent.slice(),
    bytes: network.counters.bytesSent.slice(),
    dials: dials.slice(),
  };
  return () => {
    const seconds = Math.max(1, simulation.nowMs - startedMs) / 1000;
    const nodes = alive();
    const rate = (now: Float64Array, then: Float64Array) =>
      nodes.map((node) => (now[node]! - then[node]!) / seconds);
    const bytes = rate(network.counters.bytesSent, before.bytes);
    const dialled = rate(dials, before.dials);
    return {
      framesPerNodeSecond: mean(rate(network.counters.framesSent, before.frames)),
      bytesPerNodeSecond: mean(bytes),
      bytesPerNodeSecondMost: quantile(bytes, 1),
      dialsPerMinute: mean(dialled) * 60,
      dialsPerMinuteMost: quantile(dialled, 1) * 60,
    };
  };
}
