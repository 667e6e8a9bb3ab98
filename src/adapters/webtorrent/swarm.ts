import type { Torrent, Wire } from 'webtorrent';
import type { InfoHash, NodeId } from '../../core/wire/encoding/ids.ts';
import type { ByteChannel } from '../../ports/connections.ts';
import type { BundleLayout } from './bundle-layout.ts';
import { type ChannelStream, createChannelStream } from './channel-stream.ts';
import { maskPieces } from './masked-pieces.ts';
import { createPoisonWatch } from './poison-watch.ts';
import { createWireFilter } from './wire-filter.ts';

/** The peers of one bundle: their wires, what each sent, and who may send no more. */
export interface Swarm {
  /** A peer has one wire a bundle; a later one replaces it. Closes the channel of a peer that sent bad pieces. */
  attach(peer: NodeId, channel: ByteChannel): void;
  /** Joins the peers that came, and those to come, to the torrent. */
  start(torrent: Torrent): void;
  /** The engine found a piece that does not make its hash. */
  pieceFailed(index: number): void;
  /** The engine found a piece that does. */
  pieceVerified(index: number, bytes: Uint8Array): void;
  readonly bytesFrom: ReadonlyMap<NodeId, number>;
  bytesSent(): number;
  /** Idempotent. */
  close(): void;
}

interface Member {
  readonly peer: NodeId;
  readonly streamId: string;
  readonly connection: ChannelStream;
  wire: Wire | undefined;
  has: (index: number) => boolean;
}

/** Wires of one bundle; a guess, twice what the overlay keeps as active neighbours. */
const MAX_MEMBERS = 16;

export function createSwarm(deps: {
  readonly infoHash: InfoHash;
  readonly layout: BundleLayout;
  /** A wire with requests open and no block for this long is cut. */
  readonly stallMs: number;
  readonly onBadPiece: (index: number, peer: NodeId) => void;
  /** A message on a wire had no meaning for this bundle; the wire is cut. */
  readonly onViolation: (peer: NodeId, reason: string) => void;
  /** The counts of bytes have changed. */
  readonly onTraffic: () => void;
}): Swarm {
  const { layout, infoHash } = deps;
  const members = new Map<NodeId, Member>();
  const poisoners = new Set<NodeId>();
  /** Pieces that failed with several sources, and the only peer that each is fetched from now. */
  const soleSources = new Map<number, NodeId>();
  const watch = createPoisonWatch<NodeId>();
  const bytesFrom = new Map<NodeId, number>();
  let bytesSent = 0;
  let torrent: Torrent | undefined;
  let streamCount = 0;
  let closed = false;

  const isMaskedFor = (peer: NodeId, index: number) => {
    const sole = soleSources.get(index);
    return sole !== undefined && sole !== peer;
  };

  /** The one that has sent most good bytes; when nobody can send the piece now, anybody may again. */
  const chooseSoleSource = (index: number, except?: NodeId) => {
    soleSources.delete(index);
    const able = [...members.values()].filter(
      ({ peer, wire, has }) => peer !== except && wire !== undefined && !wire.peerChoking && has(index),
    );
    able.sort((left, right) => watch.goodBytes(right.peer) - watch.goodBytes(left.peer));
    if (able[0] !== undefined) soleSources.set(index, able[0].peer);
    if (torrent !== undefined && !torrent.destroyed) torrent.critical(index, index);
  };

  const releaseDutiesOf = (peer: NodeId) => {
    for (const [index, sole] of soleSources) if (sole === peer) chooseSoleSource(index, peer);
  };

  const refuse = (index: number, peer: NodeId) => {
    if (poisoners.has(peer)) return;
    poisoners.add(peer);
    members.get(peer)?.connection.cut();
    deps.onBadPiece(index, peer);
  };

  const join = (member: Member) => {
    // Peers whose streams were cut while the torrent was being made are no longer members.
    torrent?.addPeer(member.connection.stream, 'manual');
  };

  const onWire = (wire: Wire) => {
    const member = [...members.values()].find(
      ({ streamId }) => torrent?._peers?.get(streamId)?.wire === wire,
    );
    if (member === undefined) {
      wire.destroy();
      return;
    }
    const { peer } = member;
    member.wire = wire;
    member.has = maskPieces(wire, (index) => isMaskedFor(peer, index)).has;
    wire.setTimeout(deps.stallMs, true);
    wire.on('piece', (index, offset, bytes) => {
      watch.block(index, offset, bytes, peer);
      bytesFrom.set(peer, (bytesFrom.get(peer) ?? 0) + bytes.length);
      deps.onTraffic();
    });
    wire.on('upload', (payloadBytes) => {
      bytesSent += payloadBytes;
      deps.onTraffic();
    });
    wire.on('choke', () => releaseDutiesOf(peer));
    member.connection.serve(wire);
  };

  return {
    attach(peer, channel) {
      const isFull = !members.has(peer) && members.size >= MAX_MEMBERS;
      if (closed || isFull || poisoners.has(peer) || layout.pieceCount === 0) {
        channel.close();
        return;
      }
      members.get(peer)?.connection.cut();
      const streamId = `${peer} ${++streamCount}`;
      const filter = createWireFilter({
        infoHash,
        pieceCount: layout.pieceCount,
        pieceSizeBytes: (index) => layout.pieceSizeBytes(index),
        isAwaited: (index, offset, lengthBytes) =>
          member.wire?.requests.some(
            (request) =>
              request.piece === index && request.offset === offset && request.length === lengthBytes,
          ) ?? false,
      });
      const connection = createChannelStream({
        id: streamId,
        channel,
        filter,
        onViolation: (reason) => deps.onViolation(peer, reason),
        onEnd: () => {
          if (members.get(peer) !== member) return;
          members.delete(peer);
          releaseDutiesOf(peer);
        },
      });
      const member: Member = { peer, streamId, connection, wire: undefined, has: () => false };
      members.set(peer, member);
      join(member);
    },
    start(started) {
      torrent = started;
      torrent.on('wire', onWire);
      for (const member of members.values()) join(member);
    },
    pieceFailed(index) {
      const culprit = watch.failed(index);
      if (culprit === undefined) {
        chooseSoleSource(index);
        return;
      }
      soleSources.delete(index);
      refuse(index, culprit);
    },
    pieceVerified(index, bytes) {
      soleSources.delete(index);
      for (const culprit of watch.verified(index, bytes)) refuse(index, culprit);
    },
    bytesFrom,
    bytesSent: () => bytesSent,
    close() {
      closed = true;
      for (const { connection } of [...members.values()]) connection.cut();
    },
  };
}
