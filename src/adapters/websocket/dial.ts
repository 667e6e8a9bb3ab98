import {
  type ClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  MAX_SIGNALING_MESSAGE_BYTES,
  type ServerMessage,
} from '../../core/wire/contact/signaling.ts';
import type { Clock } from '../../ports/clock.ts';

/** Dialing, and the server's answer to a join. A guess: a mobile network's handshakes fit. */
const DIAL_TIMEOUT_MS = 10_000;
/** Under the 60 s after which proxies commonly cut silent sockets. */
const PING_INTERVAL_MS = 25_000;
/** A server that says nothing for this long is gone, even where TCP has not noticed. */
const SILENCE_TIMEOUT_MS = 60_000;

export interface WebSocketSignalingDeps {
  readonly clock: Clock;
  /** The platform's WebSocket where absent; in Node, that of ws. */
  readonly WebSocket?: typeof WebSocket;
}

export interface DialedSocket {
  send(message: ClientMessage): void;
  /** The server answered; from now on only silence ends it. */
  settled(): void;
  fail(reason: string): void;
  /** From now on both directions carry bytes that are not the server's. */
  beginRelay(): void;
  sendRelayed(bytes: Uint8Array): void;
  bufferedBytes(): number;
  close(): void;
}

export interface DialListener {
  onMessage(message: ServerMessage): void;
  /** Takes what comes after a message after which the server says nothing of its own (S13). */
  onRelayed?(bytes: Uint8Array): void;
  /** Called once, never after close(). `code` is the server's close code, 0 when there was none. */
  onLost(reason: string, code: number): void;
}

export function dial(
  { clock, WebSocket: Dial = WebSocket }: WebSocketSignalingDeps,
  url: string,
  listener: DialListener,
): DialedSocket {
  let ended = false;
  let relaying = false;
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
    const leftMs = heardAtMs + SILENCE_TIMEOUT_MS - clock.monotonicMs();
    if (leftMs <= 0) return lose(`the server said nothing for ${SILENCE_TIMEOUT_MS} ms`, 0);
    cancelPing = clock.schedule(Math.min(PING_INTERVAL_MS, leftMs), () => {
      send({ type: 'ping' });
      keepAlive();
    });
  };
  const receive = (data: unknown) => {
    if (ended) return;
    heardAtMs = clock.monotonicMs();
    if (!(data instanceof ArrayBuffer)) return lose('the server sent a text', 0);
    if (data.byteLength > MAX_SIGNALING_MESSAGE_BYTES) return lose('the server sent too large a message', 0);
    if (relaying) return listener.onRelayed?.(new Uint8Array(data));
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
    beginRelay() {
      relaying = true;
      cancelDial();
    },
    sendRelayed(bytes) {
      if (!ended && webSocket?.readyState === 1) webSocket.send(bytes as Uint8Array<ArrayBuffer>);
    },
    bufferedBytes: () => webSocket?.bufferedAmount ?? 0,
    close() {
      if (!ended) end();
    },
  };
}
