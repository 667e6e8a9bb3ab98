import { createTimerClock } from '../../src/adapters/loopback/clock.ts';
import { createMemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { createRelayFallback } from '../../src/adapters/relay/connector.ts';
import { createSimplePeerConnector } from '../../src/adapters/simple-peer/connector.ts';
import { createWebCryptoKeys } from '../../src/adapters/webcrypto/keys.ts';
import { type FleetId, idFromBytes } from '../../src/core/wire/encoding/ids.ts';
import { authenticateConnection } from '../../src/runtime/links/authenticate.ts';

/** One end of a connection that is ready for use: with us, when the other end has proven its key. */
export interface OpenEnd {
  /** Resolves when all is handed to the network, held back as the channel asks for it. */
  write(bytes: Uint8Array): Promise<void>;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  close(): void;
}

export interface End {
  readonly ready: Promise<OpenEnd>;
  signal(data: unknown): void;
}

/** A way from page to page; both are given the same carrier of signals and no ICE servers. */
export type Way = (options: {
  readonly initiator: boolean;
  readonly onSignal: (data: unknown) => void;
}) => End;

const BULK_CHANNEL = 5;
const MESSAGE_BYTES = 64 * 1024;

const { subtle } = crypto;
const clock = createTimerClock();
const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const keys = createWebCryptoKeys({ subtle, records: createMemoryRecordStore() });
const fleet = idFromBytes<FleetId>(new Uint8Array(32).fill(1));
const connector = createRelayFallback({
  direct: createSimplePeerConnector({ clock }),
  subtle,
  clock,
  randomness,
});
const identities = Promise.all([1, 2].map((seed) => keys.fromSeed(new Uint8Array(32).fill(seed))));

interface Carried {
  readonly helloNonce: Uint8Array | undefined;
  readonly signal: Uint8Array;
}

/** A link as the product makes it: the first signal names the nonce of the hello (H1). */
export const fieldfare: Way = ({ initiator, onSignal }) => {
  const nonce = randomness.bytes(32);
  let helloNonce: Uint8Array | undefined = nonce;
  let announcedNonce: Uint8Array | undefined;
  const attempt = connector.attempt({
    initiator,
    onSignal: (signal) => {
      onSignal({ helloNonce, signal } satisfies Carried);
      helloNonce = undefined;
    },
  });
  const ready = (async (): Promise<OpenEnd> => {
    const connection = await attempt.opened;
    const [one, two] = await identities;
    const [identity, other] = initiator ? [one!, two!] : [two!, one!];
    await authenticateConnection(connection, {
      identity,
      keys,
      fleet,
      expectedPeer: other.id,
      nonce,
      ...(announcedNonce !== undefined && { announcedNonce }),
      randomness,
      clock,
    });
    const channel = connection.openChannel(BULK_CHANNEL);
    return { write: channel.write, onBytes: channel.onBytes, close: () => connection.close('measured') };
  })();
  return {
    ready,
    signal(data) {
      const carried = data as Carried;
      announcedNonce ??= carried.helloNonce;
      attempt.signal(carried.signal);
    },
  };
};

/** Written like our own bulk channels, which measured best: the next message when nothing of the one before waits. */
export const bare = bareWay({ highWaterBytes: 0, lowWaterBytes: 0 });
/** With the marks that examples of data channels usually have. */
export const bareAhead = bareWay({ highWaterBytes: 1024 * 1024, lowWaterBytes: 256 * 1024 });

/** Two RTCPeerConnections and one data channel, with trickled candidates and nothing around them. */
function bareWay(marks: { readonly highWaterBytes: number; readonly lowWaterBytes: number }): Way {
  return ({ initiator, onSignal }) => {
    const connection = new RTCPeerConnection({ iceServers: [] });
    const channel = connection.createDataChannel('bulk', { negotiated: true, id: 0 });
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = marks.lowWaterBytes;
    const waiting: RTCIceCandidateInit[] = [];
    connection.onicecandidate = ({ candidate }) => {
      if (candidate !== null) onSignal({ candidate: candidate.toJSON() });
    };
    const describe = async (description: RTCSessionDescriptionInit) => {
      await connection.setLocalDescription(description);
      onSignal({ description: { type: description.type, sdp: description.sdp } });
    };
    const take = async (data: {
      readonly description?: RTCSessionDescriptionInit;
      readonly candidate?: RTCIceCandidateInit;
    }) => {
      if (data.candidate !== undefined) {
        if (connection.remoteDescription === null) waiting.push(data.candidate);
        else await connection.addIceCandidate(data.candidate);
      }
      if (data.description === undefined) return;
      await connection.setRemoteDescription(data.description);
      for (const candidate of waiting.splice(0)) await connection.addIceCandidate(candidate);
      if (!initiator) await describe(await connection.createAnswer());
    };
    if (initiator) void connection.createOffer().then(describe);

    const drained = () =>
      new Promise<void>((resolve) => {
        channel.onbufferedamountlow = () => resolve();
      });
    const ready = new Promise<OpenEnd>((resolve) => {
      channel.onopen = () =>
        resolve({
          async write(bytes) {
            for (let at = 0; at < bytes.length; at += MESSAGE_BYTES) {
              if (channel.bufferedAmount > marks.highWaterBytes) await drained();
              channel.send(bytes.subarray(at, at + MESSAGE_BYTES) as Uint8Array<ArrayBuffer>);
            }
          },
          onBytes(listener) {
            channel.onmessage = (event) => listener(new Uint8Array(event.data as ArrayBuffer));
          },
          close: () => connection.close(),
        });
    });
    return { ready, signal: (data) => void take(data as never) };
  };
}
