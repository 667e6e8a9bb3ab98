import type { NodeId } from '../../src/core/wire/encoding/ids.ts';
import type { Random } from '../engine/random.ts';
import type { BulkChannel, ChannelListener } from './bulk-channels.ts';

/** One bundle at one node, and the wires over which its pieces come and go (BEP 3). Nobody chokes. */
export interface Swarm {
  attach(peer: NodeId, channel: BulkChannel): ChannelListener;
  isWhole(): boolean;
  /** How many pieces are here. */
  here(): number;
  /** Bytes of whole pieces, by who sent them. */
  readonly bytesFrom: ReadonlyMap<NodeId, number>;
  /** Closes wires on which a piece that was asked for has not come for so long. */
  cutStalled(stallMs: number): void;
  /** Asks for nothing any more, and serves nobody. */
  close(): void;
}

/** As webtorrent 3 at its least speed asks: so many blocks beyond the one that comes. A guess for pieces of 64 KiB. */
const ASKED_AT_ONCE = 4;

interface Wire {
  readonly peer: NodeId;
  readonly channel: BulkChannel;
  readonly theirs: Uint8Array;
  readonly asked: Set<number>;
  /** When the last of what was asked for came, or when it was first asked. */
  waitingSinceMs: number;
}

export function createSwarm(deps: {
  /** 1 for each piece that is here; the swarm adds to it. */
  readonly pieces: Uint8Array;
  readonly sizeOf: (piece: number) => number;
  readonly random: Random;
  readonly nowMs: () => number;
  /** Writes it, and calls `kept` when it is. */
  readonly keep: (piece: number, kept: () => void) => void;
  readonly onKept: (piece: number) => void;
  readonly onSent: (sizeBytes: number) => void;
}): Swarm {
  const { pieces, sizeOf, random, nowMs } = deps;
  const wires = new Set<Wire>();
  const bytesFrom = new Map<NodeId, number>();
  /** Asked for on some wire, or come and not yet kept. */
  const pending = new Set<number>();
  let here = pieces.reduce((sum, piece) => sum + piece, 0);
  let isClosed = false;
  const isWhole = () => here === pieces.length;

  /** The rarest among neighbours of what the wire has and nobody was asked for; of several any one. */
  const pick = ({ theirs }: Wire): number | undefined => {
    let found: number | undefined;
    let rarity = Number.POSITIVE_INFINITY;
    let ties = 0;
    for (let piece = 0; piece < pieces.length; piece++) {
      if (pieces[piece] === 1 || theirs[piece] === 0 || pending.has(piece)) continue;
      let holders = 0;
      for (const wire of wires) holders += wire.theirs[piece]!;
      if (holders > rarity) continue;
      if (holders < rarity) ties = 0;
      rarity = holders;
      ties++;
      if (random() * ties < 1) found = piece;
    }
    return found;
  };

  const ask = (wire: Wire) => {
    if (isClosed || isWhole()) return;
    while (wire.asked.size < ASKED_AT_ONCE) {
      const piece = pick(wire);
      if (piece === undefined) return;
      if (wire.asked.size === 0) wire.waitingSinceMs = nowMs();
      pending.add(piece);
      wire.asked.add(piece);
      wire.channel.send({ type: 'request', piece });
    }
  };

  const end = (wire: Wire) => {
    if (!wires.delete(wire)) return;
    for (const piece of wire.asked) pending.delete(piece);
    for (const other of wires) ask(other);
  };

  const onPiece = (wire: Wire, piece: number, sizeBytes: number) => {
    if (!wire.asked.delete(piece)) return;
    wire.waitingSinceMs = nowMs();
    bytesFrom.set(wire.peer, (bytesFrom.get(wire.peer) ?? 0) + sizeBytes);
    deps.keep(piece, () => {
      pending.delete(piece);
      if (isClosed) return;
      pieces[piece] = 1;
      here++;
      for (const other of wires) if (other.theirs[piece] === 0) other.channel.send({ type: 'have', piece });
      deps.onKept(piece);
    });
    ask(wire);
  };

  return {
    bytesFrom,
    isWhole,
    here: () => here,
    attach: (peer, channel) => {
      const wire: Wire = {
        peer,
        channel,
        theirs: new Uint8Array(pieces.length),
        asked: new Set(),
        waitingSinceMs: 0,
      };
      wires.add(wire);
      if (here > 0) channel.send({ type: 'bitfield', pieces: pieces.slice() });
      return {
        onMessage: (message) => {
          switch (message.type) {
            case 'bitfield':
              wire.theirs.set(message.pieces);
              return ask(wire);
            case 'have':
              wire.theirs[message.piece] = 1;
              return ask(wire);
            case 'request': {
              if (pieces[message.piece] !== 1) return;
              const sizeBytes = sizeOf(message.piece);
              deps.onSent(sizeBytes);
              return channel.send({ type: 'piece', piece: message.piece, sizeBytes });
            }
            case 'piece':
              return onPiece(wire, message.piece, message.sizeBytes);
          }
        },
        onClose: () => end(wire),
      };
    },
    cutStalled: (stallMs) => {
      for (const wire of [...wires])
        if (wire.asked.size > 0 && nowMs() - wire.waitingSinceMs > stallMs) wire.channel.close();
    },
    close: () => {
      isClosed = true;
      for (const { channel } of [...wires]) channel.close();
    },
  };
}
