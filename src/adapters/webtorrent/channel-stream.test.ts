import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import type { Wire } from 'webtorrent';
import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import { newSeed, seededRandom } from '../../ports/acceptance/random-parts.ts';
import { type ByteChannel, ConnectionFailed } from '../../ports/connections.ts';
import { createByteChannelPair } from '../memory/byte-channel.ts';
import { createChannelStream } from './channel-stream.ts';
import { createWireFilter } from './wire-filter.ts';

const INFO_HASH = 'ab'.repeat(20) as InfoHash;
const PIECES = 64;
const PIECE_BYTES = 65_536;
const BLOCK_BYTES = 16_384;
const [HAVE, REQUEST, PIECE, CANCEL] = [4, 6, 7, 8] as const;

const soon = { timeout: 10_000, interval: 1 };

function streamOver(channel: ByteChannel) {
  const filter = createWireFilter({
    infoHash: INFO_HASH,
    pieceCount: PIECES,
    pieceSizeBytes: () => PIECE_BYTES,
    isAwaited: () => true,
  });
  const [onEnd, onViolation] = [vi.fn(), vi.fn()];
  const connection = createChannelStream({ id: 'any', channel, filter, onEnd, onViolation });
  const received: Uint8Array[] = [];
  connection.stream.on('data', (bytes) => received.push(bytes as Uint8Array));
  return { ...connection, received: () => concatBytes(received), onEnd, onViolation };
}

/** As much of the engine's wire as a stream looks at. */
function aWire(peerRequests: readonly { readonly length: number }[] = []): Wire {
  return Object.assign(new EventEmitter(), { peerRequests, push: () => true }) as unknown as Wire;
}

function handshake(): Uint8Array {
  const bytes = new Uint8Array(68);
  bytes.set(new TextEncoder().encode('\u0013BitTorrent protocol'));
  bytes.set(new Uint8Array(20).fill(0xab), 28);
  return bytes;
}

function message(id: number, numbers: readonly number[], payloadBytes = 0): Uint8Array {
  const bytes = new Uint8Array(5 + numbers.length * 4 + payloadBytes).fill(0xee);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - 4);
  bytes[4] = id;
  for (const [at, number] of numbers.entries()) view.setUint32(5 + at * 4, number);
  return bytes;
}

const request = (at: number) => message(REQUEST, [at % PIECES, (at % 4) * BLOCK_BYTES, BLOCK_BYTES]);

/** The messages behind the handshake; throws where what is there is none. */
function messagesIn(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 68; at < bytes.length; ) {
    const end = at + 4 + new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
    if (end > bytes.length) throw new Error(`a message at ${at} that never ends`);
    messages.push(bytes.slice(at, end));
    at = end;
  }
  return messages;
}

describe('the engine’s stream over a byte channel (B6)', () => {
  test('requests that were held back come between messages, never into one, however the channel cuts them', async () => {
    for (let round = 0; round < 20; round++) {
      const seed = newSeed();
      const random = seededRandom(seed);
      const { left, right } = createByteChannelPair({ random });
      const { stream, serve, received, onViolation } = streamOver(right);
      // Two blocks short of what may be read at a time: a few requests are let in at each write that ends, wherever the engine is by then.
      serve(aWire([{ length: 1024 * 1024 - 2 * BLOCK_BYTES }]));
      const write = () => stream.write(Uint8Array.of(1));
      stream.on('data', write);
      const sent: Uint8Array[] = [];
      for (let at = 0; at < 120; at++)
        sent.push(
          random() < 0.6
            ? request(at)
            : message(PIECE, [at % PIECES, 0], 1 + Math.floor(random() * BLOCK_BYTES)),
        );
      const writing = left.write(concatBytes([handshake(), ...sent]));
      const sizeBytes = 68 + concatBytes(sent).length;
      write();
      await vi.waitUntil(() => received().length >= sizeBytes, soon);
      await writing;
      const came = messagesIn(received());
      const ofKind = (messages: readonly Uint8Array[], id: number) =>
        concatBytes(messages.filter((bytes) => bytes[4] === id));
      expect(onViolation, `seed ${seed}`).not.toHaveBeenCalled();
      for (const id of [REQUEST, PIECE])
        expect(Buffer.compare(ofKind(came, id), ofKind(sent, id)), `seed ${seed}`).toBe(0);
      stream.destroy();
    }
  });

  test('a request that is taken back while it waits never reaches the engine', async () => {
    const { left, right } = createByteChannelPair();
    const { stream, serve, received } = streamOver(right);
    // As much is being read as may be, until the engine is done with it.
    const reading = [{ length: 1024 * 1024 }];
    serve(aWire(reading));
    const cancel = (of: Uint8Array) => Uint8Array.from(of, (byte, at) => (at === 4 ? CANCEL : byte));
    await left.write(
      concatBytes([handshake(), request(1), request(2), cancel(request(1)), message(HAVE, [5])]),
    );
    await vi.waitUntil(() => received().length === 68 + 9, soon);
    reading.length = 0;
    await left.write(concatBytes([cancel(request(3)), message(HAVE, [6])]));
    await vi.waitUntil(() => messagesIn(received()).length === 4, soon);
    expect(messagesIn(received())).toEqual([
      message(HAVE, [5]),
      cancel(request(3)),
      request(2),
      message(HAVE, [6]),
    ]);
    stream.destroy();
  });

  /** Takes nothing, as a line whose other end does not read. */
  function aFullChannel() {
    const onClose: (() => void)[] = [];
    let failWrites = (_: Error) => {};
    const channel: ByteChannel = {
      write: () =>
        new Promise((_, reject) => {
          failWrites = reject;
        }),
      onBytes: () => {},
      onClose: (listener) => onClose.push(listener),
      close: vi.fn(() => {
        for (const tell of onClose.splice(0)) tell();
      }),
      gone: () => new Promise(() => {}),
    };
    return { channel, fail: (error: Error) => failWrites(error) };
  }

  test.each<[string, (full: ReturnType<typeof aFullChannel>, cut: () => void) => void]>([
    ['is cut', (_, cut) => cut()],
    ['loses its channel', ({ channel }) => channel.close()],
    ['has its write refused', ({ fail }) => fail(new ConnectionFailed('closed', 'closed'))],
  ])('a stream that %s while a write waits ends, and its channel is closed', async (_, end) => {
    const full = aFullChannel();
    const { stream, cut, onEnd } = streamOver(full.channel);
    stream.write(new Uint8Array(100_000));
    await Promise.resolve();
    end(full, cut);
    await vi.waitUntil(() => stream.destroyed, soon);
    expect(full.channel.close).toHaveBeenCalled();
    expect(onEnd).toHaveBeenCalledTimes(1);
  });
});
