import type { Connection, ConnectionAttempt, Connector } from '../connections.ts';
import { cutAndJoin } from './random-parts.ts';
import type { ChannelOptions, ChannelPair } from './torrent-scene.ts';

/** Both ends of one connection; signals go straight from one to the other. */
export async function connectEnds(connector: Connector): Promise<[Connection, Connection]> {
  const a: ConnectionAttempt = connector.attempt({ initiator: true, onSignal: (bytes) => b.signal(bytes) });
  const b: ConnectionAttempt = connector.attempt({ initiator: false, onSignal: (bytes) => a.signal(bytes) });
  return Promise.all([a.opened, b.opened]);
}

/** Real channels for the cases of a kit, each pair with the next id of one connection. */
export interface ConnectedChannels {
  open(options: ChannelOptions): ChannelPair;
  close(): Promise<void>;
}

export async function connectChannels(connector: Connector): Promise<ConnectedChannels> {
  const [a, b] = await connectEnds(connector);
  let nextId = 1;
  return {
    open({ random, tamper }) {
      const id = nextId++;
      const [left, right] = [a.openChannel(id), b.openChannel(id)];
      const tampered = tamper && { ...left, write: (bytes: Uint8Array) => left.write(tamper(bytes.slice())) };
      return { left: cutAndJoin(tampered ?? left, random), right: cutAndJoin(right, random) };
    },
    async close() {
      a.close('done');
      await a.gone();
    },
  };
}
