import type { InfoHash } from '../../core/wire/encoding/ids.ts';

/**
 * Reads what the other end of a BitTorrent wire sends (BEP 3, BEP 6) before the engine does, and passes on what has a
 * meaning for this bundle. Attacks: a peer announces a message of gigabytes, for which the engine would wait and
 * buffer; sends blocks that nobody asked for; names pieces that do not exist, each of which the engine would remember;
 * asks for blocks faster than it reads them (so requests and the messages that cancel them come out separately, to be
 * passed on when there is room); or reaches the parsers of extension messages (BEP 10), which this adapter does not
 * need.
 */
export interface WireFilter {
  /** Throws WireViolation; the wire must be cut then. */
  accept(bytes: Uint8Array): readonly WireItem[];
}

export type WireItem =
  /** Bytes for the engine, in order. `ends`: with them it has whole messages; until then nothing else may come between. */
  | { readonly type: 'pass'; readonly bytes: Uint8Array; readonly ends: boolean }
  /** A whole request message. */
  | { readonly type: 'request'; readonly bytes: Uint8Array; readonly blockBytes: number }
  /** A whole message that takes a request back. */
  | { readonly type: 'cancel'; readonly bytes: Uint8Array };

export class WireViolation extends Error {
  override readonly name = 'WireViolation';
}

export interface WireFilterDeps {
  readonly infoHash: InfoHash;
  readonly pieceCount: number;
  pieceSizeBytes(index: number): number;
  /** Whether we asked this peer for this block and wait for it. */
  isAwaited(index: number, offset: number, lengthBytes: number): boolean;
}

const HANDSHAKE_BYTES = 68;
const PROTOCOL = '\u0013BitTorrent protocol';
/** Requests over this end a wire in the engine as well. */
const MAX_BLOCK_BYTES = 128 * 1024;
/** Messages that are dropped unread; extension handshakes are a few hundred bytes. */
const MAX_IGNORED_BYTES = 64 * 1024;
/** Blocks that arrive after we gave up on them; 64 of 16 KiB, a guess that only a flood exceeds. */
const MAX_UNASKED_BYTES = 1024 * 1024;
const PIECE_HEADER_BYTES = 13;
/** Request and cancel: length, id, piece, offset, size of the block. */
const REQUEST_BYTES = 17;

const Id = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  notInterested: 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  haveAll: 14,
  haveNone: 15,
  reject: 16,
  allowedFast: 17,
} as const;

export function createWireFilter(deps: WireFilterDeps): WireFilter {
  const { pieceCount, pieceSizeBytes, isAwaited } = deps;
  let expected: 'handshake' | 'message' = 'handshake';
  /** The start of a message that has not come far enough to be judged. */
  let held = new Uint8Array(0);
  /** Bytes of the judged message that are still to come, and what is done with them. */
  let remaining = 0;
  let passing = false;
  let saidWhatItHas = false;
  let unaskedBytes = 0;

  const checkBlock = (view: DataView, length: number) => {
    const [index, offset] = [view.getUint32(5), view.getUint32(9)];
    if (
      index >= pieceCount ||
      length === 0 ||
      length > MAX_BLOCK_BYTES ||
      offset + length > pieceSizeBytes(index)
    ) {
      throw new WireViolation(`a block of ${length} bytes at ${offset} of piece ${index} does not exist`);
    }
    return { index, offset };
  };

  /** How many bytes must be here to judge a message of this id, its length prefix included. */
  const neededFor = (id: number, messageBytes: number): number =>
    id === Id.piece
      ? PIECE_HEADER_BYTES
      : messageBytes > MAX_IGNORED_BYTES || id > Id.allowedFast
        ? 5
        : 4 + messageBytes;

  /** What becomes of the message whose head this is. */
  const judge = (head: Uint8Array, messageBytes: number): 'pass' | 'drop' | 'request' | 'cancel' => {
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const id = head[4]!;
    const mustHave = (lengthBytes: number) => {
      if (messageBytes !== lengthBytes) throw new WireViolation(`message ${id} of ${messageBytes} bytes`);
    };
    const mustBeFirst = () => {
      if (saidWhatItHas) throw new WireViolation('said twice what it has');
      saidWhatItHas = true;
    };
    switch (id) {
      case Id.choke:
      case Id.unchoke:
      case Id.interested:
      case Id.notInterested:
        mustHave(1);
        return 'pass';
      case Id.haveAll:
      case Id.haveNone:
        mustHave(1);
        mustBeFirst();
        return 'pass';
      case Id.bitfield:
        mustHave(1 + Math.ceil(pieceCount / 8));
        mustBeFirst();
        return 'pass';
      case Id.have:
      case Id.allowedFast:
        mustHave(5);
        if (view.getUint32(5) >= pieceCount)
          throw new WireViolation(`piece ${view.getUint32(5)} does not exist`);
        return 'pass';
      case Id.request:
      case Id.cancel:
      case Id.reject:
        mustHave(13);
        checkBlock(view, view.getUint32(13));
        return id === Id.request ? 'request' : id === Id.cancel ? 'cancel' : 'pass';
      case Id.piece: {
        const length = messageBytes - 9;
        const { index, offset } = checkBlock(view, length);
        if (isAwaited(index, offset, length)) return 'pass';
        unaskedBytes += length;
        if (unaskedBytes > MAX_UNASKED_BYTES) throw new WireViolation('sends blocks that were not asked for');
        return 'drop';
      }
      default:
        if (messageBytes > MAX_IGNORED_BYTES)
          throw new WireViolation(`message ${id} of ${messageBytes} bytes`);
        return 'drop';
    }
  };

  const checkHandshake = (bytes: Uint8Array) => {
    for (let at = 0; at < PROTOCOL.length; at++) {
      if (bytes[at] !== PROTOCOL.charCodeAt(at)) throw new WireViolation('does not speak BitTorrent');
    }
    const infoHash = Array.from(bytes.subarray(28, 48), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    );
    if (infoHash !== deps.infoHash) throw new WireViolation(`speaks of bundle ${infoHash}`);
  };

  return {
    accept(bytes) {
      const items: WireItem[] = [];
      let data = bytes;
      if (held.length > 0) {
        data = new Uint8Array(held.length + bytes.length);
        data.set(held);
        data.set(bytes, held.length);
        held = new Uint8Array(0);
      }
      let at = 0;
      while (at < data.length) {
        if (remaining > 0) {
          const part = data.subarray(at, at + remaining);
          at += part.length;
          remaining -= part.length;
          if (passing) items.push({ type: 'pass', bytes: part, ends: remaining === 0 });
          continue;
        }
        const rest = data.subarray(at);
        if (expected === 'handshake') {
          if (rest.length < HANDSHAKE_BYTES) break;
          checkHandshake(rest);
          expected = 'message';
          [remaining, passing] = [HANDSHAKE_BYTES, true];
          continue;
        }
        if (rest.length < 4) break;
        const messageBytes = new DataView(rest.buffer, rest.byteOffset, 4).getUint32(0);
        if (messageBytes === 0) {
          [remaining, passing] = [4, true];
          continue;
        }
        if (messageBytes > MAX_BLOCK_BYTES + 9) throw new WireViolation(`a message of ${messageBytes} bytes`);
        if (rest.length < 5 || rest.length < neededFor(rest[4]!, messageBytes)) break;
        const verdict = judge(rest, messageBytes);
        if (verdict === 'request' || verdict === 'cancel') {
          const message = rest.slice(0, REQUEST_BYTES);
          const blockBytes = new DataView(message.buffer).getUint32(13);
          items.push(
            verdict === 'cancel'
              ? { type: verdict, bytes: message }
              : { type: verdict, bytes: message, blockBytes },
          );
          at += message.length;
          continue;
        }
        [remaining, passing] = [4 + messageBytes, verdict === 'pass'];
      }
      if (at < data.length) held = data.slice(at);
      return items;
    },
  };
}
