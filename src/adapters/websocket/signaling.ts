import { MAX_PAIRING_MESSAGE_BYTES, MAX_SIGNAL_BYTES } from '../../core/wire/limits.ts';
import {
  CLOSE_OTHER_LEFT,
  CLOSE_TAKEN,
  type ClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  joinMessage,
  MAX_SIGNALING_MESSAGE_BYTES,
  type ServerMessage,
} from '../../core/wire/signaling.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Signaling } from '../../ports/signaling.ts';

/** Dialing, and the server's answer to a join. A guess: a mobile network's handshakes fit. */
const DIAL_TIMEOUT_MS = 10_000;
/** Under the 60 s after which proxies commonly cut silent sockets. */
const PING_INTERVAL_MS = 25_000;
/** A server that says nothing for this long is gone, even where TCP has not noticed. */
const SILENCE_TIMEOUT_MS = 60_000;

/** Credentials are asked for anew after this share of their life, so that an attempt never starts with ones that end. */
const REFRESH_SHARE = 0.75;
/** Attack: a server whose credentials end at once would be asked without pause. */
const MIN_REFRESH_MS = 30_000;

export interface WebSocketSignalingDeps {
  readonly clock: Clock;
  /** The platform's WebSocket where absent; in Node, that of ws. */
  readonly WebSocket?: typeof WebSocket;
}

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

interface DialedSocket {
  send(message: ClientMessage): void;
  /** The server answered; from now on only silence ends it. */
  settled(): void;
  fail(reason: string): void;
  close(): void;
}

interface DialListener {
  onMessage(message: ServerMessage): void;
  /** Called once, never after close(). `code` is the server's close code, 0 when there was none. */
  onLost(reason: string, code: number): void;
}

function dial(
  { clock, WebSocket: Dial = WebSocket }: WebSocketSignalingDeps,
  url: string,
  listener: DialListener,
): DialedSocket {
  let ended = false;
  let webSocket: WebSocket | undefined;
  let cancelDial = clock.schedule(DIAL_TIMEOUT_MS, () => lose(`no answer within ${DIAL_TIMEOUT_MS} ms`, 0));
  let cancelPing = () => {};
  let heardAtMs = clock.monotonicMs();

  const end = () => {
    ended = true;
    cancelDial();
    cancelPing();
    webSocket?.close();
  };
  const lose = (reason: string, code: number) => {
    if (ended) return;
    end();
    listener.onLost(reason, code);
  };
  const send = (message: ClientMessage) => {
    if (!ended && webSocket?.readyState === 1)
      webSocket.send(encodeClientMessage(message) as Uint8Array<ArrayBuffer>);
  };
  const keepAlive = () => {
    cancelPing = clock.schedule(PING_INTERVAL_MS, () => {
      if (clock.monotonicMs() - heardAtMs > SILENCE_TIMEOUT_MS)
        return lose(`the server said nothing for ${SILENCE_TIMEOUT_MS} ms`, 0);
      send({ type: 'ping' });
      keepAlive();
    });
  };
  const receive = (data: unknown) => {
    if (ended) return;
    heardAtMs = clock.monotonicMs();
    if (!(data instanceof ArrayBuffer)) return lose('the server sent a text', 0);
    if (data.byteLength > MAX_SIGNALING_MESSAGE_BYTES) return lose('the server sent too large a message', 0);
    let message: ServerMessage;
    try {
      message = decodeServerMessage(new Uint8Array(data));
    } catch (error) {
      return lose(`the server sent a malformed message: ${(error as Error).message}`, 0);
    }
    listener.onMessage(message);
  };

  try {
    webSocket = new Dial(url);
    webSocket.binaryType = 'arraybuffer';
    webSocket.onmessage = (event) => receive(event.data);
    webSocket.onerror = () => undefined; // a close event follows and says more
    webSocket.onclose = (event) => {
      const said = event.reason === '' ? 'the connection ended' : event.reason;
      lose(`${said} (${event.code})`, event.code);
    };
  } catch (error) {
    const reason = (error as Error).message;
    cancelDial();
    // Not at once: the caller has not got its room yet.
    cancelDial = clock.schedule(0, () => lose(`cannot dial ${url}: ${reason}`, 0));
  }

  return {
    send,
    settled() {
      cancelDial();
      keepAlive();
    },
    fail: (reason) => lose(reason, 0),
    close() {
      if (!ended) end();
    },
  };
}
