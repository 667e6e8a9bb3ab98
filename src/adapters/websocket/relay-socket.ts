import { relayMessage } from '../../core/wire/contact/signaling.ts';
import { MAX_RELAY_MESSAGE_BYTES } from '../../core/wire/encoding/limits.ts';
import type { Identity } from '../../ports/keys.ts';
import type { RelayEvent, RelaySocket } from '../../ports/signaling.ts';
import { dial, type WebSocketSignalingDeps } from './dial.ts';

/** A WebSocket of its own to the server, which joins it with the one that names the same rendezvous (S13). */
export function openRelaySocket(
  deps: WebSocketSignalingDeps,
  at: {
    readonly url: string;
    readonly room: Uint8Array;
    readonly self: Identity;
    readonly rendezvous: Uint8Array;
  },
  onEvent: (event: RelayEvent) => void,
): RelaySocket {
  const { url, room, self, rendezvous } = at;
  let open = false;
  const socket = dial(deps, url, {
    onMessage(message) {
      if (message.type === 'challenge') {
        const signed = relayMessage(new URL(url).host, message.nonce, room, rendezvous);
        self.sign(signed).then(
          (signature) => socket.send({ type: 'relay', room, key: self.id, rendezvous, signature }),
          (error: unknown) => socket.fail(`this node's key could not sign: ${String(error)}`),
        );
      } else if (message.type === 'relay-open') {
        open = true;
        socket.beginRelay();
        onEvent({ type: 'relay-opened' });
      }
    },
    onRelayed: (bytes) => onEvent({ type: 'relay-received', bytes }),
    onLost: (reason) => onEvent({ type: 'relay-closed', reason }),
  });
  return {
    send(bytes) {
      if (bytes.length > MAX_RELAY_MESSAGE_BYTES)
        throw new RangeError(`a relayed message of ${bytes.length} bytes is over the limit`);
      if (open) socket.sendRelayed(bytes);
    },
    bufferedBytes: socket.bufferedBytes,
    close: socket.close,
  };
}
