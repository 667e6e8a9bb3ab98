import type { JoinLink } from '../../../src/core/wire/contact/join-link.ts';
import {
  ATTEMPT_BYTES,
  decodeSignalFrame,
  encodeSignalFrame,
} from '../../../src/core/wire/contact/signal-frame.ts';
import { concatBytes } from '../../../src/core/wire/encoding/cbor.ts';
import { bytesOfId, type NodeId } from '../../../src/core/wire/encoding/ids.ts';
import type { Randomness } from '../../../src/ports/clock.ts';
import type { ConnectionAttempt, Connector } from '../../../src/ports/connections.ts';
import type { Keys } from '../../../src/ports/keys.ts';
import type { Signaling } from '../../../src/ports/signaling.ts';

/** What became of handshakes that were begun and left. */
export interface LeftHandshakes {
  /** Connections that opened. */
  opened: number;
  /** Of these, ended by the other end. */
  refused: number;
}

/** As many strangers, each of a key of its own, offer a connection to `peer`, let it open, and never say a word over it. */
export async function leaveHandshakes(
  link: JoinLink,
  peer: NodeId,
  count: number,
  ports: {
    readonly keys: Keys;
    readonly connector: Connector;
    readonly signaling: Signaling;
    readonly randomness: Randomness;
  },
): Promise<LeftHandshakes> {
  const { keys, connector, signaling, randomness } = ports;
  const domain = new TextEncoder().encode('fieldfare room 1\0');
  const room = (await keys.sha256(concatBytes([domain, bytesOfId(link.fleet)]))).slice(0, 16);
  const left: LeftHandshakes = { opened: 0, refused: 0 };
  for (let number = 0; number < count; number++) {
    const identity = await keys.fromSeed(randomness.bytes(32));
    const attempt = randomness.bytes(ATTEMPT_BYTES);
    let connecting: ConnectionAttempt | undefined;
    const joined = signaling.join(link.signaling[0]!, room, identity, (event) => {
      if (event.type === 'signal-received' && event.from === peer)
        connecting?.signal(decodeSignalFrame(event.signal).signal);
      if (event.type !== 'signaling-joined' || connecting !== undefined) return;
      connecting = connector.attempt({
        initiator: true,
        onSignal: (signal) =>
          joined.send(
            peer,
            encodeSignalFrame({
              attempt,
              fromInitiator: true,
              climbs: false,
              helloNonce: undefined,
              signal,
            }),
          ),
      });
      connecting.opened.then(
        (connection) => {
          left.opened++;
          connection.onClose(() => left.refused++);
        },
        () => undefined,
      );
    });
  }
  return left;
}
