import type { PieceSet, Wire } from 'webtorrent';

/**
 * Makes the engine believe that the other end lacks the pieces for which `isMasked` says so, and it does not ask for
 * them there. The engine has no notion of a piece that must come from one source.
 */
export function maskPieces(
  wire: Wire,
  isMasked: (index: number) => boolean,
): { has(index: number): boolean } {
  let pieces: PieceSet = wire.peerPieces;
  const masked: PieceSet = {
    get buffer() {
      return pieces.buffer;
    },
    get setAll() {
      return pieces.setAll;
    },
    get: (index) => !isMasked(index) && pieces.get(index),
    set: (index, value) => pieces.set(index, value),
  };
  Object.defineProperty(wire, 'peerPieces', {
    get: () => masked,
    // The engine replaces the set when the other end says what it has.
    set: (next: PieceSet) => {
      pieces = next;
    },
  });
  return { has: (index) => pieces.get(index) };
}
