import { EventEmitter } from 'node:events';
import type { Duplex } from 'streamx';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Torrent, Wire } from 'webtorrent';
import type { InfoHash, NodeId } from '../../core/wire/encoding/ids.ts';
import { createByteChannelPair } from '../memory/byte-channel.ts';
import { createBundleLayout } from './bundle-layout.ts';
import { createSwarm, type Swarm } from './swarm.ts';

const PIECE_BYTES = 65_536;

/** The engine as far as a swarm sees it: every stream that is added has a wire at once. */
function fakeTorrent() {
  const peers = new Map<string, { wire: Wire }>();
  const torrent = Object.assign(new EventEmitter(), {
    _peers: peers,
    destroyed: false,
    critical: () => {},
    addPeer(stream: Duplex & { id?: string }) {
      const wire = Object.assign(new EventEmitter(), {
        destroyed: false,
        peerChoking: false,
        peerPieces: { buffer: new Uint8Array(1), get: () => true, set: () => {} },
        requests: [],
        peerRequests: [],
        push: () => true,
        setTimeout: () => {},
        destroy: () => {},
      });
      peers.set(stream.id!, { wire: wire as unknown as Wire });
      torrent.emit('wire', wire);
      return true;
    },
  });
  const wireOf = (peer: NodeId) => [...peers].find(([id]) => id.startsWith(peer))![1].wire;
  return { torrent: torrent as unknown as Torrent, wireOf };
}

describe('a piece that failed with several sources (B7)', () => {
  const [honest, poisoner, third] = ['honest', 'poisoner', 'third'].map((id) =>
    id.padEnd(43, '_'),
  ) as NodeId[] as [NodeId, NodeId, NodeId];
  const goodBlock = new Uint8Array(PIECE_BYTES / 2).fill(1);
  const badBlock = new Uint8Array(PIECE_BYTES / 2).fill(2);
  const goodPiece = new Uint8Array(PIECE_BYTES).fill(1);
  let swarm: Swarm;
  let wireOf: (peer: NodeId) => Wire;
  let named: { index: number; peer: NodeId }[];

  const emit = (peer: NodeId, event: string, ...values: unknown[]) =>
    (wireOf(peer) as unknown as EventEmitter).emit(event, ...values);
  const open = (index: number) =>
    [honest, poisoner, third].filter((peer) => wireOf(peer).peerPieces.get(index)).map((peer) => peer);

  beforeEach(() => {
    named = [];
    const layout = createBundleLayout([], {
      name: 'any',
      sizeBytes: PIECE_BYTES * 3,
      pieceLengthBytes: PIECE_BYTES,
      pieceHashes: ['', '', ''],
    });
    swarm = createSwarm({
      infoHash: 'a'.repeat(40) as InfoHash,
      layout,
      stallMs: 1000,
      onBadPiece: (index, peer) => named.push({ index, peer }),
      onViolation: () => {},
      onTraffic: () => {},
    });
    const engine = fakeTorrent();
    wireOf = engine.wireOf;
    for (const peer of [honest, poisoner, third]) swarm.attach(peer, createByteChannelPair().left);
    swarm.start(engine.torrent);
    // The honest one has earned trust.
    emit(honest, 'piece', 0, 0, goodBlock);
    emit(honest, 'piece', 0, PIECE_BYTES / 2, goodBlock);
    swarm.pieceVerified(0, goodPiece);
    emit(honest, 'piece', 1, 0, goodBlock);
    emit(poisoner, 'piece', 1, PIECE_BYTES / 2, badBlock);
    swarm.pieceFailed(1);
  });

  test('is asked for at the most trusted peer only, other pieces at all of them, and nobody is named yet', () => {
    expect(open(1)).toEqual([honest]);
    expect(open(2)).toEqual([honest, poisoner, third]);
    expect(named).toEqual([]);
  });

  test('names who spoilt it once it is right, cuts and refuses that one, and is open to all again', () => {
    emit(honest, 'piece', 1, 0, goodBlock);
    emit(honest, 'piece', 1, PIECE_BYTES / 2, goodBlock);
    swarm.pieceVerified(1, goodPiece);
    expect(named).toEqual([{ index: 1, peer: poisoner }]);
    expect(open(1)).toEqual([honest, poisoner, third]);
    let isRefused = false;
    const again = createByteChannelPair();
    again.left.onClose(() => {
      isRefused = true;
    });
    swarm.attach(poisoner, again.left);
    expect(isRefused).toBe(true);
  });

  test('goes to another peer when the one that it is asked of chokes', () => {
    emit(honest, 'choke');
    expect(open(1)).toHaveLength(1);
    expect(open(1)).not.toContain(honest);
  });

  test('names the one source when it fails again', () => {
    emit(honest, 'choke');
    const [sole] = open(1) as [NodeId];
    for (const offset of [0, PIECE_BYTES / 2]) emit(sole, 'piece', 1, offset, badBlock);
    swarm.pieceFailed(1);
    expect(named).toEqual([{ index: 1, peer: sole }]);
  });
});
