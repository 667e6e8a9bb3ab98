import type { FleetId, NodeId } from '../../core/wire/encoding/ids.ts';
import { until } from '../../ports/acceptance/acceptance-case.ts';
import type { Connection } from '../../ports/connections.ts';
import type { Identity } from '../../ports/keys.ts';
import type { SignalingRoom } from '../../ports/signaling.ts';
import { createLinkTable } from '../links/link-table.ts';
import type { RuntimePorts } from '../runtime-ports.ts';

/** A neighbour that keeps the handshake and nothing else: what it says on a link is the test's. */
export interface RawNeighbour {
  readonly id: NodeId;
  /** Dials until there is a link; rejects when none is taken in time. */
  link(peer: NodeId, timeoutMs?: number): Promise<Connection>;
  /** Reasons for which its links ended, oldest first. */
  readonly ends: readonly string[];
  close(): void;
}

export function createRawNeighbour(options: {
  readonly ports: RuntimePorts;
  readonly identity: Identity;
  readonly fleet: FleetId;
  readonly url: string;
  readonly room: Uint8Array;
}): RawNeighbour {
  const { ports, identity } = options;
  const ends: string[] = [];
  const room: SignalingRoom = ports.signaling.join(options.url, options.room, identity, (event) => {
    if (event.type === 'signal-received') table.onSignal(event.from, event.signal);
  });
  const table = createLinkTable({
    fleet: options.fleet,
    identity,
    keys: ports.keys,
    connector: ports.connector,
    clock: ports.clock,
    randomness: ports.randomness,
    signal: (to, bytes) => {
      room.send(to, bytes);
      return true;
    },
    iceServers: () => [],
    relayTo: () => ({ open: () => undefined }),
    rungOf: () => 'unknown',
    admits: () => true,
    onEvent: (event) => {
      if (event.type === 'link-down') ends.push(event.reason);
    },
  });
  return {
    id: identity.id,
    ends,
    link: async (peer, timeoutMs) => {
      const dialUntilLinked = () => {
        table.dial(peer);
        return table.connections().has(peer);
      };
      await until(dialUntilLinked, 'a link', timeoutMs);
      return table.connections().get(peer)!;
    },
    close: () => {
      table.close();
      room.close();
    },
  };
}
