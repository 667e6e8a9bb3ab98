import type { NodeId } from '../../../src/core/wire/encoding/ids.ts';
import { decodeHandshakeFrame } from '../../../src/core/wire/link/handshake.ts';
import type { ByteChannel, Connection, Connector } from '../../../src/ports/connections.ts';

/** A connector whose connections can be written to past the runtime, by the key that the other end names. */
export interface TappedConnector extends Connector {
  /** Throws when there is no connection to that node. */
  send(peer: NodeId, frame: Uint8Array): void;
  /** Likewise. */
  openChannel(peer: NodeId, channel: number): ByteChannel;
  isConnected(peer: NodeId): boolean;
  /** Connections to that node that have ended. */
  endings(peer: NodeId): number;
  /** 0 when there is no connection. */
  bufferedBytes(peer: NodeId): number;
}

export function tapConnector(connector: Connector): TappedConnector {
  const connections = new Map<NodeId, Connection>();
  const endings = new Map<NodeId, number>();

  const tap = (connection: Connection): Connection => {
    const learn = (frame: Uint8Array) => {
      try {
        const said = decodeHandshakeFrame(frame);
        if (said.type !== 'hello') return;
        const peer = said.hello.key;
        connections.set(peer, connection);
        connection.onClose(() => {
          endings.set(peer, (endings.get(peer) ?? 0) + 1);
          if (connections.get(peer) === connection) connections.delete(peer);
        });
      } catch {
        // A frame behind the handshake.
      }
    };
    return {
      ...connection,
      onFrame: (listener) =>
        connection.onFrame(
          listener &&
            ((frame) => {
              learn(frame);
              listener(frame);
            }),
        ),
    };
  };

  const connectionTo = (peer: NodeId): Connection => {
    const connection = connections.get(peer);
    if (connection === undefined) throw new Error(`no connection to ${peer}`);
    return connection;
  };

  return {
    attempt: (options) => {
      const attempt = connector.attempt(options);
      return { ...attempt, opened: attempt.opened.then(tap) };
    },
    send: (peer, frame) => connectionTo(peer).send(frame),
    openChannel: (peer, channel) => connectionTo(peer).openChannel(channel),
    isConnected: (peer) => connections.has(peer),
    endings: (peer) => endings.get(peer) ?? 0,
    bufferedBytes: (peer) => connections.get(peer)?.bufferedBytes() ?? 0,
  };
}
