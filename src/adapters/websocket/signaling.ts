import { CLOSE_OTHER_LEFT, CLOSE_TAKEN, joinMessage } from '../../core/wire/contact/signaling.ts';
import { MAX_PAIRING_MESSAGE_BYTES, MAX_SIGNAL_BYTES } from '../../core/wire/encoding/limits.ts';
import type { Signaling } from '../../ports/signaling.ts';
import { dial, type WebSocketSignalingDeps } from './dial.ts';
import { openRelaySocket } from './relay-socket.ts';

/** Credentials are asked for anew after this share of their life, so that an attempt never starts with ones that end. */
const REFRESH_SHARE = 0.75;
/** Attack: a server whose credentials end at once would be asked without pause. */
const MIN_REFRESH_MS = 30_000;

/** Signaling over one WebSocket a room or rendezvous. Does not redial: the caller does, with backoff. */
export function createWebSocketSignaling(deps: WebSocketSignalingDeps): Signaling {
  const { clock } = deps;
  return {
    join(url, room, self, onEvent) {
      let joined = false;
      let cancelRefresh = () => {};
      const keepIceFresh = (lifeMs: number | undefined) => {
        cancelRefresh();
        if (lifeMs === undefined) return;
        const pauseMs = Math.max(lifeMs * REFRESH_SHARE, MIN_REFRESH_MS);
        cancelRefresh = clock.schedule(pauseMs, () => socket.send({ type: 'ice' }));
      };
      const socket = dial(deps, url, {
        onMessage(message) {
          switch (message.type) {
            case 'challenge':
              self.sign(joinMessage(new URL(url).host, message.nonce, room)).then(
                (signature) => socket.send({ type: 'join', room, key: self.id, signature }),
                (error: unknown) => socket.fail(`this node's key could not sign: ${String(error)}`),
              );
              return;
            case 'joined':
              joined = true;
              socket.settled();
              onEvent({
                type: 'signaling-joined',
                present: message.present.filter((peer) => peer !== self.id),
                ice: message.ice,
              });
              keepIceFresh(message.ice.lifeMs);
              return;
            case 'ice':
              if (!joined) return;
              onEvent({ type: 'ice-granted', ice: message.ice });
              keepIceFresh(message.ice.lifeMs);
              return;
            case 'present':
              if (joined && message.peer !== self.id) onEvent({ type: 'peer-present', peer: message.peer });
              return;
            case 'signal':
              if (joined) onEvent({ type: 'signal-received', from: message.peer, signal: message.signal });
          }
        },
        onLost(reason) {
          cancelRefresh();
          onEvent({ type: 'signaling-lost', reason });
        },
      });
      return {
        send(to, signal) {
          if (signal.length > MAX_SIGNAL_BYTES)
            throw new RangeError(`a signal of ${signal.length} bytes is over the limit`);
          if (joined) socket.send({ type: 'signal', peer: to, signal });
        },
        openRelay: (rendezvous, onEvent) => openRelaySocket(deps, { url, room, self, rendezvous }, onEvent),
        close() {
          cancelRefresh();
          socket.close();
        },
      };
    },

    pair(url, rendezvous, side, onEvent) {
      let open = false;
      const socket = dial(deps, url, {
        onMessage(message) {
          if (message.type === 'challenge') {
            socket.send({ type: 'pair', rendezvous, side });
            socket.settled();
          } else if (message.type === 'paired' && !open) {
            open = true;
            onEvent({ type: 'pairing-open' });
          } else if (message.type === 'message' && open) {
            onEvent({ type: 'pairing-message', message: message.message });
          }
        },
        onLost: (reason, code) =>
          onEvent({
            type: 'pairing-closed',
            cause: code === CLOSE_TAKEN ? 'taken' : code === CLOSE_OTHER_LEFT ? 'left' : 'lost',
            reason,
          }),
      });
      return {
        send(message) {
          if (message.length > MAX_PAIRING_MESSAGE_BYTES)
            throw new RangeError(`a pairing message of ${message.length} bytes is over the limit`);
          if (open) socket.send({ type: 'message', message });
        },
        close: socket.close,
      };
    },
  };
}
