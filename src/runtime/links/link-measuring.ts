import type { LinkFacts } from '../../core/node/input.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connection } from '../../ports/connections.ts';
import { createTimers } from '../timers.ts';

/** Asks each link's connection now and then how it is: its rung, round trip, bytes and loss. */
export interface LinkMeasuring {
  /** Links came or moved. */
  soon(): void;
  /** Idempotent. */
  close(): void;
}

/** A guess: each measurement asks the browser for a report. */
const MEASURE_MS = 3_000;

export function createLinkMeasuring(deps: {
  readonly clock: Clock;
  readonly connections: () => ReadonlyMap<NodeId, Connection>;
  readonly onMeasured: (peer: NodeId, facts: LinkFacts) => void;
  readonly onFault: (error: unknown) => void;
}): LinkMeasuring {
  const { clock, connections } = deps;
  const measure = async () => {
    for (const [peer, connection] of connections()) {
      const facts = await connection.stats();
      if (connections().get(peer) === connection) deps.onMeasured(peer, facts);
    }
    timers.schedule('measure', MEASURE_MS);
  };
  const timers = createTimers<'measure'>(clock, () => void measure().catch(deps.onFault));
  return { soon: () => timers.schedule('measure', 0), close: timers.close };
}
