import type SimplePeer from '@thaunknown/simple-peer/lite.js';
import { MAX_FRAME_BYTES, MAX_KEPT_BYTES } from '../../core/wire/encoding/limits.ts';
import { createInbox } from '../../core/wire/link/inbox.ts';
import type { Clock } from '../../ports/clock.ts';
import { type ByteChannel, type Connection, ConnectionFailed } from '../../ports/connections.ts';
import { createFingerprints } from '../connecting/fingerprints.ts';
import { createByteChannel } from './byte-channel.ts';
import { connectionStatsOf } from './connection-stats.ts';
import { createLine } from './line.ts';

export const CONTROL_CHANNEL_ID = 0;
/** Chromium makes 1,024 streams a connection (RFC 8831 allows 65,535). */
const MAX_CHANNEL_ID = 1023;
/** A neighbour that lets this much control traffic pile up takes nothing any more; Chromium throws at twice as much. A guess. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
/** How long frames that were sent before the close may still travel. A guess: a round trip of a slow path. */
const FLUSH_TIMEOUT_MS = 1_000;

export interface PeerConnection extends Connection {
  /** Reads both fingerprints. Throws WireError when a description does not have exactly one. Call once connected. */
  identify(): void;
  closed(): boolean;
}

/** Made together with the peer, so that no frame that comes early is missed. */
export function createPeerConnection(peer: SimplePeer, initiator: boolean, clock: Clock): PeerConnection {
  const inbox = createInbox(MAX_KEPT_BYTES);
  const channels = new Map<number, ByteChannel>();
  const line = createLine();
  const closeListeners: ((reason: string) => void)[] = [];
  let closedReason: string | undefined;
  let roomListener = () => {};
  let settleGone = () => {};
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });
  const fingerprints = createFingerprints(() => ({
    local: peer._pc?.localDescription?.sdp,
    remote: peer._pc?.remoteDescription?.sdp,
  }));

  const end = (reason: string) => {
    if (closedReason !== undefined) return;
    closedReason = reason;
    for (const channel of [...channels.values()]) channel.close();
    if (!fingerprints.identified() || peer.destroyed) {
      peer.destroy();
      settleGone();
    } else {
      // Closing the channel delivers what was sent before (RFC 8831, 6.7), a goodbye for one; destroy() would drop it.
      peer._channel?.close();
      clock.schedule(FLUSH_TIMEOUT_MS, () => {
        peer.destroy();
        settleGone();
      });
    }
    for (const listener of closeListeners.splice(0)) listener(reason);
  };

  if (peer._channel !== null) {
    // Only an empty line asks for more, as on bulk channels (line.ts).
    peer._channel.bufferedAmountLowThreshold = 0;
    peer._channel.addEventListener('bufferedamountlow', () => roomListener());
  }
  peer.on('data', (frame) => {
    if (closedReason !== undefined) return;
    if (frame.length > MAX_FRAME_BYTES) end('the other node sent a frame over the limit');
    else if (!inbox.receive(frame)) end('the other node sent frames that nobody asked for');
  });
  peer.on('error', (error) => end(error.message));
  // A peer whose channel was closed by the other end says `end` and `disconnect`, but not always `close`.
  for (const event of ['close', 'disconnect', 'end'] as const)
    peer.on(event, () => end('the other node closed the connection'));

  return {
    initiator,
    get localFingerprint() {
      return fingerprints.local();
    },
    get remoteFingerprint() {
      return fingerprints.remote();
    },
    identify: fingerprints.identify,
    closed: () => closedReason !== undefined,
    send(frame) {
      if (frame.length > MAX_FRAME_BYTES)
        throw new RangeError(`a frame of ${frame.length} bytes is over the limit of ${MAX_FRAME_BYTES}`);
      if (closedReason !== undefined) return;
      if (peer.bufferSize + frame.length > MAX_UNSENT_BYTES)
        return end('the other node takes no frames any more');
      try {
        peer.send(frame);
      } catch (error) {
        end(`the control channel failed: ${(error as Error).message}`);
      }
    },
    bufferedBytes: () => (closedReason === undefined ? peer.bufferSize : 0),
    onRoom: (listener) => {
      roomListener = listener;
    },
    onFrame: (listener) => inbox.listen(listener),
    onClose(listener) {
      if (closedReason === undefined) closeListeners.push(listener);
      else listener(closedReason);
    },
    openChannel(id) {
      if (!Number.isInteger(id) || id <= CONTROL_CHANNEL_ID || id > MAX_CHANNEL_ID)
        throw new RangeError(`bulk channels have ids from 1 to ${MAX_CHANNEL_ID}, not ${id}`);
      if (closedReason !== undefined || peer._pc === null)
        throw new ConnectionFailed('closed', 'the connection is closed');
      if (channels.has(id)) throw new RangeError(`bulk channel ${id} is in use`);
      const channel = createByteChannel(
        peer._pc.createDataChannel('bulk', { negotiated: true, id, ordered: true }),
        { id, line, connectionGone: gone },
      );
      channels.set(id, channel);
      void channel.gone().then(() => channels.delete(id));
      return channel;
    },
    async stats() {
      const report = closedReason === undefined ? await peer._pc?.getStats() : undefined;
      if (report === undefined)
        return {
          rung: 'unknown',
          roundTripMs: undefined,
          bytesSent: 0,
          bytesReceived: 0,
          lossShare: undefined,
        };
      return connectionStatsOf(report);
    },
    close: end,
    gone: () => gone,
  };
}
