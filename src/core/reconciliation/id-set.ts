import { bytesOfId, type EntryId, idFromBytes } from '../wire/encoding/ids.ts';
import { ODD_SKETCH_BYTES } from '../wire/link/reconciliation.ts';

export const WORDS_PER_ID = 8;

/**
 * The ids that a node holds, grown as its ledger grows and never shrunk, so that "the set as it was" is a prefix and a
 * session needs no copy. All links share it.
 */
export interface IdSet {
  readonly size: number;
  /** Ids in the order of their coming, eight little-endian words each; more room than `size` may be there. */
  readonly words: Uint32Array;
  /** False when the id is here already. */
  add(id: EntryId): boolean;
  /** Undefined when the id is not here. */
  indexOf(id: EntryId): number | undefined;
  idAt(index: number): EntryId;
  /**
   * Odd sketch (Mitzenmacher, Pagh, Pham, "Efficient Estimation for High Similarities using Odd Sketches", WWW 2014): each id
   * flips one bit. It has no key, so an author could choose ids that cancel in it; it is only a hint for the size of the first
   * frame, and the wrong hint costs one more round trip.
   */
  oddSketch(): Uint8Array;
}

export function createIdSet(): IdSet {
  const members = new Map<EntryId, number>();
  const sketch = new Uint8Array(ODD_SKETCH_BYTES);
  let words = new Uint32Array(64 * WORDS_PER_ID);
  return {
    get size() {
      return members.size;
    },
    get words() {
      return words;
    },
    add: (id) => {
      if (members.has(id)) return false;
      const at = members.size * WORDS_PER_ID;
      if (at === words.length) {
        const larger = new Uint32Array(words.length * 2);
        larger.set(words);
        words = larger;
      }
      const bytes = bytesOfId(id);
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      for (let word = 0; word < WORDS_PER_ID; word++) words[at + word] = view.getUint32(word * 4, true);
      const bit = words[at]! % (ODD_SKETCH_BYTES * 8);
      sketch[bit >> 3]! ^= 1 << (bit & 7);
      members.set(id, members.size);
      return true;
    },
    indexOf: (id) => members.get(id),
    idAt: (index) => idFromBytes<EntryId>(bytesAt(words, index)),
    oddSketch: () => sketch.slice(),
  };
}

/** The 32 bytes of the id at `index`. */
export function bytesAt(words: Uint32Array, index: number): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < WORDS_PER_ID; word++)
    view.setUint32(word * 4, words[index * WORDS_PER_ID + word]!, true);
  return bytes;
}
