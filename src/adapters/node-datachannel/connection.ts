import type { PeerConnection } from 'node-datachannel';
import { MAX_FRAME_BYTES, MAX_KEPT_BYTES } from '../../core/wire/encoding/limits.ts';
import { type CandidateEnd, rungOf } from '../../core/wire/link/candidate-pair.ts';
import { createInbox } from '../../core/wire/link/inbox.ts';
import type { Rung } from '../../core/wire/statement/statement.ts';
import type { Clock } from '../../ports/clock.ts';
import { type ByteChannel, type Connection, ConnectionFailed } from '../../ports/connections.ts';
import { createFingerprints } from '../connecting/fingerprints.ts';
import { createNativeChannel } from './byte-channel.ts';
import { isOnLink } from './on-link.ts';

const CONTROL_CHANNEL_ID = 0;
/** Chromium makes 1,024 streams a connection (RFC 8831 allows 65,535). */
const MAX_CHANNEL_ID = 1023;
/** As in the browser's connection: a neighbour that lets this much pile up takes nothing any more. A guess. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
/** How long frames that were sent before the close may still travel. A guess: a round trip of a slow path. */
const FLUSH_TIMEOUT_MS = 1_000;

export interface NativeConnection extends Connection {
  /** Reads both fingerprints. Throws WireError when a description does not have exactly one. Call once connected. */
  identify(): void;
  onOpen(listener: () => void): void;
  closed(): boolean;
}

/** Made before the first description, so that no frame that comes early is missed. */
export function createNativeConnection(
  peer: PeerConnection,
  initiator: boolean,
  clock: Clock,
): NativeConnection {
  const control = peer.createDataChannel('control', { negotiated: true, id: CONTROL_CHANNEL_ID });
  const inbox = createInbox(MAX_KEPT_BYTES);
  const channels = new Map<number, ByteChannel>();
  const closeListeners: ((reason: string) => void)[] = [];
  let closedReason: string | undefined;
  /** The pair that was selected when it was last asked for: which rung it is costs a look at all networks of the machine. */
  let told: { readonly local: string; readonly remote: string; readonly rung: Rung } = {
    local: '',
    remote: '',
    rung: 'unknown',
  };
  let roomListener = () => {};
  let settleGone = () => {};
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });
  const fingerprints = createFingerprints(() => ({
    local: peer.localDescription()?.sdp,
    remote: peer.remoteDescription()?.sdp,
  }));

  const end = (reason: string) => {
    if (closedReason !== undefined) return;
    closedReason = reason;
    for (const channel of [...channels.values()]) channel.close();
    if (!fingerprints.identified() || !control.isOpen()) {
      peer.close();
      settleGone();
    } else {
      // Closing the channel delivers what was sent before (RFC 8831, 6.7), a goodbye for one.
      control.close();
      clock.schedule(FLUSH_TIMEOUT_MS, () => {
        peer.close();
        settleGone();
      });
    }
    for (const listener of closeListeners.splice(0)) listener(reason);
  };

  control.setBufferedAmountLowThreshold(0);
  control.onBufferedAmountLow(() => {
    // Told by another thread: more may have been sent since, and then it is told anew when that has left.
    if (control.bufferedAmount() === 0) roomListener();
  });
  control.onMessage((data) => {
    if (closedReason !== undefined) return;
    if (typeof data === 'string') return end('the other node sent text where frames are due');
    const frame = new Uint8Array(data);
    if (frame.length > MAX_FRAME_BYTES) end('the other node sent a frame over the limit');
    else if (!inbox.receive(frame)) end('the other node sent frames that nobody asked for');
  });
  control.onError((message) => end(message));
  control.onClosed(() => end('the other node closed the connection'));
  peer.onStateChange((state) => {
    if (state === 'failed') end('no path to the other node');
    else if (state === 'closed' || state === 'disconnected') end('the connection was lost');
  });

  return {
    initiator,
    get localFingerprint() {
      return fingerprints.local();
    },
    get remoteFingerprint() {
      return fingerprints.remote();
    },
    identify: fingerprints.identify,
    onOpen: (listener) => control.onOpen(listener),
    closed: () => closedReason !== undefined,
    send(frame) {
      if (frame.length > MAX_FRAME_BYTES)
        throw new RangeError(`a frame of ${frame.length} bytes is over the limit of ${MAX_FRAME_BYTES}`);
      if (closedReason !== undefined) return;
      if (control.bufferedAmount() + frame.length > MAX_UNSENT_BYTES)
        return end('the other node takes no frames any more');
      try {
        control.sendMessageBinary(frame);
      } catch (error) {
        end(`the control channel failed: ${(error as Error).message}`);
      }
    },
    bufferedBytes: () => (closedReason === undefined ? control.bufferedAmount() : 0),
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
      if (closedReason !== undefined) throw new ConnectionFailed('closed', 'the connection is closed');
      if (channels.has(id)) throw new RangeError(`bulk channel ${id} is in use`);
      const channel = createNativeChannel(peer.createDataChannel('bulk', { negotiated: true, id }), {
        id,
        clock,
        connectionGone: gone,
      });
      channels.set(id, channel);
      void channel.gone().then(() => channels.delete(id));
      return channel;
    },
    async stats() {
      const pair = closedReason === undefined ? peer.getSelectedCandidatePair() : null;
      if (pair !== null && (pair.local.candidate !== told.local || pair.remote.candidate !== told.remote))
        told = { local: pair.local.candidate, remote: pair.remote.candidate, rung: rungOfPair(pair) };
      if (pair === null || told.rung === 'unknown')
        return {
          rung: 'unknown',
          roundTripMs: undefined,
          lossShare: undefined,
          bytesSent: 0,
          bytesReceived: 0,
        };
      const roundTripMs = peer.rtt();
      return {
        rung: told.rung,
        roundTripMs: roundTripMs >= 0 ? roundTripMs : undefined,
        // libdatachannel counts no lost packets.
        lossShare: undefined,
        bytesSent: peer.bytesSent(),
        bytesReceived: peer.bytesReceived(),
      };
    },
    close: end,
    gone: () => gone,
  };
}

type SelectedPair = NonNullable<ReturnType<PeerConnection['getSelectedCandidatePair']>>;

function rungOfPair(pair: SelectedPair): Rung {
  const [local, remote] = [candidateEnd(pair.local), candidateEnd(pair.remote)];
  if (local === undefined || remote === undefined) return 'unknown';
  // Addresses are never hidden here, so nothing hangs on whether a reflexive one was known.
  return rungOf({ local, remote, reflexiveKnown: true });
}

function candidateEnd({ type, address, transportType }: SelectedPair['local']): CandidateEnd | undefined {
  if (type !== 'host' && type !== 'srflx' && type !== 'prflx' && type !== 'relay') return undefined;
  return {
    type: type === 'prflx' && isOnLink(address) ? 'host' : type,
    address,
    relayProtocol: type === 'relay' ? transportType.toLowerCase() : undefined,
  };
}
