import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type IceGrant, NO_ICE_GRANT } from '../src/core/wire/contact/ice-server.ts';
import {
  CHALLENGE_BYTES,
  CLOSE_MALFORMED,
  MAX_SIGNALING_MESSAGE_BYTES,
} from '../src/core/wire/contact/signaling.ts';
import { bytesOfId, type NodeId } from '../src/core/wire/encoding/ids.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Keys } from '../src/ports/keys.ts';
import { addressGroup } from './address-group.ts';
import { DEFAULT_ROOMS_LIMITS, type RoomsLimits } from './limits.ts';
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from './relay-budget.ts';
import { createRoomsState, handleRooms, type RoomsEffect, type RoomsInput, type SocketId } from './rooms.ts';
import { cookieExpiries, sendsTooManyCookies } from './sent-cookies.ts';

/** A socket whose other end takes nothing is dropped when this much waits for it. A guess. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** Who relays to an end that takes little is not read above the one and read again below the other. A guess. */
const RELAY_HIGH_WATER_BYTES = 256 * 1024;
const RELAY_LOW_WATER_BYTES = 64 * 1024;
/** Proxies commonly cut sockets that are silent for 60 s. */
const LIVENESS_INTERVAL_MS = 30_000;
/** How long a refused socket has to answer the close before it is cut. */
const CLOSE_GRACE_MS = 2_000;

const PLATFORM_CLOCK: Pick<Clock, 'monotonicMs' | 'schedule'> = {
  monotonicMs: () => performance.now(),
  schedule: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface SignalingServerOptions {
  /** Only `verify` is used. */
  readonly keys: Pick<Keys, 'verify'>;
  /** DEFAULT_ROOMS_LIMITS where absent. */
  readonly limits?: Partial<RoomsLimits>;
  /** DEFAULT_RELAY_LIMITS where absent. */
  readonly relayLimits?: Partial<RelayLimits>;
  /** The STUN and TURN servers that a member is lent; none where absent. */
  readonly issueIce?: (member: NodeId) => IceGrant;
  /** What rates are measured by and pauses last by; the platform's where absent. */
  readonly clock?: Pick<Clock, 'monotonicMs' | 'schedule'>;
}

export interface SignalingServer {
  /** For the `upgrade` event of an HTTP server; the caller has chosen by path. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every socket with 1001 and resolves when all are gone. Idempotent. */
  close(): Promise<void>;
}

export function createSignalingServer(options: SignalingServerOptions): SignalingServer {
  const { issueIce = () => NO_ICE_GRANT, clock = PLATFORM_CLOCK } = options;
  const state = createRoomsState(
    { ...DEFAULT_ROOMS_LIMITS, ...options.limits },
    { ...DEFAULT_RELAY_LIMITS, ...options.relayLimits },
  );
  const sockets = new Map<SocketId, WebSocket>();
  const alive = new WeakSet<WebSocket>();
  /** Sockets that are not read because of how much they sent. */
  const pauses = new Map<WebSocket, () => void>();
  /** Sockets that are not read because the other end takes nothing. */
  const heldBy = new Map<WebSocket, WebSocket>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MAX_SIGNALING_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  server.on('headers', (headers, request) => {
    if (sendsTooManyCookies(request))
      headers.push(...cookieExpiries(request).map((line) => `Set-Cookie: ${line}`));
  });
  let nextId: SocketId = 1;
  let closing: Promise<void> | undefined;

  const feed = (input: RoomsInput) => {
    for (const effect of handleRooms(state, input, clock.monotonicMs())) carryOut(effect);
  };

  /** Reading goes on when the pause is over and the other end has taken what waits for it. */
  const passOn = ({ from, to, bytes, pauseMs }: Extract<RoomsEffect, { type: 'relay' }>) => {
    const [source, target] = [sockets.get(from), sockets.get(to)];
    if (source === undefined || target === undefined) return;
    target.send(bytes, () => {
      if (heldBy.get(source) === target && target.bufferedAmount <= RELAY_LOW_WATER_BYTES) letGo(source);
    });
    if (target.bufferedAmount > RELAY_HIGH_WATER_BYTES) {
      heldBy.set(source, target);
      source.pause();
    }
    if (pauseMs <= 0) return;
    source.pause();
    pauses.get(source)?.();
    pauses.set(
      source,
      clock.schedule(pauseMs, () => {
        pauses.delete(source);
        if (!heldBy.has(source)) source.resume();
      }),
    );
  };
  const letGo = (source: WebSocket) => {
    heldBy.delete(source);
    if (!pauses.has(source)) source.resume();
  };

  const carryOut = (effect: RoomsEffect) => {
    if (effect.type === 'relay') return passOn(effect);
    const socket = sockets.get(effect.socket);
    switch (effect.type) {
      case 'send':
        if (socket === undefined) return;
        if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
        else socket.send(effect.bytes);
        return;
      case 'close':
        if (socket !== undefined) refuse(socket, effect.code, effect.reason);
        return;
      case 'verify': {
        const { socket: id, key } = effect;
        const finish = (valid: boolean) =>
          feed({ type: 'join-verified', socket: id, valid, ice: valid ? issueIce(key) : NO_ICE_GRANT });
        options.keys.verify(bytesOfId(effect.key), effect.message, effect.signature).then(
          (valid) => finish(valid),
          () => finish(false),
        );
        return;
      }
      case 'issue-ice':
        feed({ type: 'ice-issued', socket: effect.socket, ice: issueIce(effect.key) });
    }
  };

  const accept = (socket: WebSocket, request: IncomingMessage) => {
    const id = nextId++;
    sockets.set(id, socket);
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      alive.add(socket);
      if (isBinary) feed({ type: 'message-received', socket: id, bytes: Uint8Array.from(data) });
      else refuse(socket, CLOSE_MALFORMED, 'messages are binary');
    });
    // ws closes the socket after an error by itself, with the code that RFC 6455 names (1009 for a message too large).
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(id);
      heldBy.delete(socket);
      pauses.get(socket)?.();
      pauses.delete(socket);
      for (const [source, target] of heldBy) if (target === socket) letGo(source);
      feed({ type: 'socket-closed', socket: id });
    });
    feed({
      type: 'socket-opened',
      socket: id,
      address: addressGroup(request.socket.remoteAddress ?? ''),
      host: (request.headers.host ?? '').toLowerCase(),
      nonce: new Uint8Array(randomBytes(CHALLENGE_BYTES)),
    });
  };

  const expiry = setInterval(() => feed({ type: 'time-passed' }), 1000);
  const liveness = setInterval(() => {
    for (const socket of sockets.values()) {
      // What is not read cannot show that it is there; whom it waits for is watched instead.
      if (socket.isPaused) continue;
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, LIVENESS_INTERVAL_MS);

  return {
    handleUpgrade(request, socket, head) {
      // Until ws takes over, an error of a socket that is already gone would end the process.
      const ignore = () => undefined;
      socket.on('error', ignore);
      if (closing !== undefined) return void socket.destroy();
      server.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', ignore);
        accept(webSocket, request);
      });
    },
    close() {
      closing ??= (async () => {
        clearInterval(expiry);
        clearInterval(liveness);
        const gone = [...server.clients].map(
          (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
        );
        for (const socket of server.clients) refuse(socket, 1001, 'the server stops');
        await Promise.all(gone);
        server.close();
      })();
      return closing;
    },
  };
}

function refuse(socket: WebSocket, code: number, reason: string): void {
  // RFC 6455, 5.5: a control frame has at most 125 bytes, two of them the code.
  const bytes = Buffer.from(reason).subarray(0, 120);
  socket.close(code, new TextDecoder().decode(bytes).replace(/\uFFFD+$/, ''));
  const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
  socket.once('close', () => clearTimeout(timer));
}
