/** A growing set of small whole numbers. */
export interface BitSet {
  has(index: number): boolean;
  add(index: number): void;
  delete(index: number): void;
  addAll(other: BitSet): void;
  readonly words: Uint32Array;
}

export function createBitSet(): BitSet {
  let words = new Uint32Array(4);
  const grow = (length: number) => {
    if (length <= words.length) return;
    const more = new Uint32Array(Math.max(length, words.length * 2));
    more.set(words);
    words = more;
  };
  return {
    get words() {
      return words;
    },
    has: (index) => ((words[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0,
    add: (index) => {
      grow((index >>> 5) + 1);
      words[index >>> 5]! |= 1 << (index & 31);
    },
    delete: (index) => {
      if (index >>> 5 < words.length) words[index >>> 5]! &= ~(1 << (index & 31));
    },
    addAll: (other) => {
      grow(other.words.length);
      for (let word = 0; word < other.words.length; word++) words[word]! |= other.words[word]!;
    },
  };
}
