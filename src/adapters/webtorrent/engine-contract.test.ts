import { Duplex } from 'streamx';
import { describe, expect, test, vi } from 'vitest';
import WebTorrent, { type ChunkStore, type Torrent, type Wire } from 'webtorrent';
import { sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import { closeDoor, coalesceUpdates } from './engine.ts';
import { encodeMetainfo, sha1Hex } from './metainfo.ts';

/** What this adapter leans on in webtorrent 3.0.21 without being promised it. A new version must pass this first. */
describe('webtorrent behaves as the adapter needs it to', { timeout: 30_000 }, () => {
  const chunkStore = (pieces: Map<number, Uint8Array>): ChunkStore => ({
    chunkLength: 65_536,
    get: (index, options, callback) => {
      const bytes = pieces.get(index);
      const { offset = 0, length = bytes?.length ?? 0 } = options ?? {};
      if (bytes) callback(null, bytes.subarray(offset, offset + length));
      else callback(new Error('not here'));
    },
    put: (index, bytes, callback) => {
      pieces.set(index, bytes);
      callback(null);
    },
    close: (callback) => callback(null),
    destroy: (callback) => callback(null),
  });

  const client = () =>
    new WebTorrent({
      tracker: false,
      dht: false,
      lsd: false,
      utp: false,
      utPex: false,
      webSeeds: false,
      natUpnp: false,
      natPmp: false,
      maxConns: 16,
    });

  const streamPair = (): [Duplex, Duplex] => {
    const make = (id: string, other: () => Duplex): Duplex =>
      Object.assign(
        new Duplex({
          write(bytes: Uint8Array, proceed) {
            // In a later task: within one, a bad piece that is asked for again and again would never let go.
            setImmediate(() => {
              other().push(bytes.slice());
              proceed(null);
            });
          },
          destroy(proceed) {
            other().destroy();
            proceed(null);
          },
        }),
        { id, connected: true },
      );
    const left: Duplex = make('left stream', () => right);
    const right: Duplex = make('right stream', () => left);
    return [left, right];
  };

  test('in Node the port that it opens can be closed, and it goes on and ends without it', async () => {
    const closed = client();
    const server = closed._connPool!.tcpServer;
    const opened = new Promise<void>((resolve) => server.once('listening', resolve));
    closeDoor(closed);
    await opened;
    await vi.waitUntil(() => !server.listening, 10_000);
    const bytes = sampleBytes(65_536, 1);
    const metainfo = encodeMetainfo({
      name: 'behind a closed door',
      sizeBytes: bytes.length,
      pieceLengthBytes: bytes.length,
      pieceHashes: [await sha1Hex(bytes)],
    });
    await ready(
      closed.add(metainfo, {
        announce: [],
        storeCacheSlots: 0,
        strategy: 'rarest',
        preloadedStore: chunkStore(new Map([[0, bytes]])),
        bitfield: Uint8Array.of(0x80),
      }),
    );
    await new Promise<void>((resolve) => closed.destroy(resolve));
  });

  const ready = (torrent: Torrent) => new Promise<void>((resolve) => torrent.on('ready', resolve));

  test('bitfield, private peer map, masked pieces, warnings of bad pieces, put before verified, looks in place of its own', async () => {
    const bytes = sampleBytes(180_000, 1);
    const pieces = [0, 1, 2].map((index) => bytes.slice(index * 65_536, (index + 1) * 65_536));
    const metainfo = encodeMetainfo({
      name: 'contract',
      sizeBytes: bytes.length,
      pieceLengthBytes: 65_536,
      pieceHashes: await Promise.all(pieces.map(sha1Hex)),
    });
    const [seeder, leecher] = [client(), client()];
    let [asked, looks] = [0, 0];
    const options = { announce: [], storeCacheSlots: 0, strategy: 'rarest' } as const;
    // Of what the bitfield says is here, the engine checks two pieces a file: the bad third one stays unseen.
    const served = new Map<number, Uint8Array>(pieces.entries()).set(2, sampleBytes(pieces[2]!.length, 9));
    const got = new Map<number, Uint8Array>();
    const from = seeder.add(metainfo, {
      ...options,
      preloadedStore: chunkStore(served),
      bitfield: Uint8Array.of(0xe0),
    });
    const to = leecher.add(metainfo, {
      ...options,
      preloadedStore: chunkStore(got),
      bitfield: Uint8Array.of(0),
    });
    const look = to._updateWireWrapper.bind(to);
    to._updateWireWrapper = () => {
      looks++;
      look();
    };
    coalesceUpdates(to);
    const ask = to._update;
    to._update = () => {
      asked++;
      ask();
    };
    await Promise.all([ready(from), ready(to)]);
    expect([from.bitfield.get(0), from.bitfield.get(1), to.bitfield.get(0)]).toEqual([true, true, false]);

    const warnings: string[] = [];
    const verified: string[] = [];
    to.on('warning', ({ message }) => warnings.push(message));
    to.on('verified', (index) => verified.push(`${index} ${got.has(index)}`));
    const wires: Wire[] = [];
    to.on('wire', (wire) => {
      wires.push(wire);
      expect(Object.keys(wire)).toEqual(expect.arrayContaining(['peerPieces', 'requests', 'peerRequests']));
      expect(to._peers?.get('left stream')?.wire).toBe(wire);
    });
    const [left, right] = streamPair();
    to.addPeer(left, 'manual');
    from.addPeer(right, 'manual');
    await vi.waitUntil(() => verified.length > 1 && warnings.length > 1, 10_000);
    expect(verified.sort()).toEqual(['0 true', '1 true']);
    expect(warnings[0]).toBe('Piece 2 failed verification');
    // All that was asked for came through the methods that the adapter puts its own in place of.
    expect(looks).toBeGreaterThan(0);
    expect(asked).toBeGreaterThan(looks);

    // Masked, the bad piece is asked for no more.
    const set = wires[0]!.peerPieces;
    Object.defineProperty(wires[0], 'peerPieces', {
      get: () => ({
        buffer: set.buffer,
        get: (index: number) => index !== 2 && set.get(index),
        set: () => {},
      }),
    });
    await vi.waitUntil(() => wires[0]!.requests.length === 0, 10_000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    const count = warnings.length;
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(warnings.length).toBe(count);
    await Promise.all([seeder, leecher].map((each) => new Promise<void>((resolve) => each.destroy(resolve))));
  });
});
