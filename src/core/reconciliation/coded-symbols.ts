import { SYMBOL_BYTES } from '../wire/link/reconciliation.ts';
import type { KeyedSet, ShortId } from './keyed-set.ts';
import type { SipKey } from './siphash.ts';

/**
 * The rateless sketch of Yang, Gilad and Alizadeh ("Practical Rateless Set Reconciliation", SIGCOMM 2024, section 4):
 * coded symbol i is the XOR of the set's elements that are mapped to it, each with probability 1 / (1 + i / 2). The XOR
 * of two sets' sketches is the sketch of their difference, and about 1.35 symbols (1.7 where it is small) for each
 * differing id are enough to peel it. Here a symbol is a 48-bit XOR of short ids and a 24-bit XOR of their checksums.
 * The paper's count is left out: which end has an id is known from whether this end holds it, and the bits are better
 * spent on the checksum.
 */
export interface CodedSymbols {
  readonly length: number;
  readonly low: Uint32Array;
  readonly high16: Uint16Array;
  readonly check: Uint32Array;
}

export interface SymbolEncoder {
  /** The first `count` symbols of the set. Asking for more later costs only the new ones. */
  symbols(count: number): CodedSymbols;
}

const GOLDEN = 0x9e3779b9;

/** The finalizer of MurmurHash3: enough here, since what goes in is the result of a keyed SipHash. */
function mix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function checksum(low: number, high16: number, salt: number): number {
  return mix(mix(low ^ salt) + Math.imul(high16, GOLDEN)) >>> 8;
}

/**
 * The symbol after `index` that the element is mapped to. With u uniform in (0, 1], the chance to skip the symbols up to j is
 * (index+1)(index+2) / ((j+1)(j+2)); this is the least j at which it falls to u. All operations are exact or correctly rounded
 * in IEEE 754, so every engine maps alike.
 */
function nextIndex(index: number, draw: number): number {
  const u = ((draw >>> 0) + 1) / 2 ** 32;
  const next = Math.ceil(Math.sqrt(((index + 1) * (index + 2)) / u + 0.25) - 1.5);
  return next > index ? next : index + 1;
}

/** The draws of an element: a counter, mixed; both halves of the short id have a part, so two elements never share a path. */
function drawOf(counter: number, high16: number): number {
  return mix(counter ^ Math.imul(high16 + 1, 0x27d4eb2f));
}

function emptySymbols(length: number): CodedSymbols {
  return {
    length,
    low: new Uint32Array(length),
    high16: new Uint16Array(length),
    check: new Uint32Array(length),
  };
}

/** An index beyond every sketch, given to elements that are mapped to no further symbol. */
const BEYOND = 0x7fffffff;

export function createSymbolEncoder(set: KeyedSet, [salt]: SipKey): SymbolEncoder {
  const next = new Int32Array(set.size);
  const counters = set.low.slice();
  let made = emptySymbols(0);

  const extend = (count: number) => {
    const symbols = emptySymbols(count);
    symbols.low.set(made.low);
    symbols.high16.set(made.high16);
    symbols.check.set(made.check);
    for (let element = 0; element < set.size; element++) {
      let index = next[element]!;
      if (index >= count) continue;
      const low = set.low[element]!;
      const high16 = set.high[element]! & 0xffff;
      const check = checksum(low, high16, salt);
      let counter = counters[element]!;
      while (index < count) {
        symbols.low[index]! ^= low;
        symbols.high16[index]! ^= high16;
        symbols.check[index]! ^= check;
        counter = (counter + GOLDEN) | 0;
        index = Math.min(BEYOND, nextIndex(index, drawOf(counter, high16)));
      }
      next[element] = index;
      counters[element] = counter;
    }
    made = symbols;
  };

  return {
    symbols: (count) => {
      if (count > made.length) extend(count);
      return {
        length: count,
        low: made.low.subarray(0, count),
        high16: made.high16.subarray(0, count),
        check: made.check.subarray(0, count),
      };
    },
  };
}

/** The sketch of the symmetric difference of the two sets. */
export function differenceOf(ours: CodedSymbols, theirs: CodedSymbols): CodedSymbols {
  const difference = emptySymbols(theirs.length);
  for (let index = 0; index < theirs.length; index++) {
    difference.low[index] = ours.low[index]! ^ theirs.low[index]!;
    difference.high16[index] = ours.high16[index]! ^ theirs.high16[index]!;
    difference.check[index] = ours.check[index]! ^ theirs.check[index]!;
  }
  return difference;
}

export function isZero(symbols: CodedSymbols, index: number): boolean {
  return symbols.low[index] === 0 && symbols.high16[index] === 0 && symbols.check[index] === 0;
}

/**
 * Peels the sketch of a difference, which is used up by it. Undefined: it does not decode with so few symbols. At most one
 * short id is peeled for each symbol, so that a hostile sketch cannot keep us at it (attack: symbols that feed each other).
 */
export function peel(difference: CodedSymbols, [salt]: SipKey): readonly ShortId[] | undefined {
  const { length, low, high16, check } = difference;
  const peeled: ShortId[] = [];
  const pure: number[] = [];
  const lookAt = (index: number) => {
    if (!isZero(difference, index) && check[index] === checksum(low[index]!, high16[index]!, salt))
      pure.push(index);
  };
  for (let index = 0; index < length; index++) lookAt(index);
  for (let at = pure.pop(); at !== undefined; at = pure.pop()) {
    const found = { low: low[at]!, high16: high16[at]! };
    const foundCheck = check[at]!;
    if (isZero(difference, at) || foundCheck !== checksum(found.low, found.high16, salt)) continue;
    const path = pathOf(found, length);
    // A sum of several that looks pure by chance is seldom one that the mapping would have put here.
    if (!path.includes(at)) continue;
    if (peeled.length === length) return undefined;
    peeled.push(found);
    for (const index of path) {
      low[index]! ^= found.low;
      high16[index]! ^= found.high16;
      check[index]! ^= foundCheck;
      lookAt(index);
    }
  }
  for (let index = 0; index < length; index++) if (!isZero(difference, index)) return undefined;
  return peeled;
}

/** The symbols below `length` that an element is mapped to, ascending. */
function pathOf({ low, high16 }: ShortId, length: number): readonly number[] {
  const path: number[] = [];
  let counter = low;
  for (let index = 0; index < length; index = nextIndex(index, drawOf(counter, high16))) {
    path.push(index);
    counter = (counter + GOLDEN) | 0;
  }
  return path;
}

export function writeSymbols(symbols: CodedSymbols, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * SYMBOL_BYTES);
  const view = new DataView(bytes.buffer);
  for (let index = from; index < to; index++) {
    const at = (index - from) * SYMBOL_BYTES;
    view.setUint32(at, symbols.low[index]!, true);
    view.setUint16(at + 4, symbols.high16[index]!, true);
    view.setUint16(at + 6, symbols.check[index]! & 0xffff, true);
    view.setUint8(at + 8, symbols.check[index]! >>> 16);
  }
  return bytes;
}

export function readSymbols(parts: readonly Uint8Array[]): CodedSymbols {
  const symbols = emptySymbols(parts.reduce((sum, part) => sum + part.length / SYMBOL_BYTES, 0));
  let index = 0;
  for (const part of parts) {
    const view = new DataView(part.buffer, part.byteOffset, part.length);
    for (let at = 0; at < part.length; at += SYMBOL_BYTES, index++) {
      symbols.low[index] = view.getUint32(at, true);
      symbols.high16[index] = view.getUint16(at + 4, true);
      symbols.check[index] = view.getUint16(at + 6, true) | (view.getUint8(at + 8) << 16);
    }
  }
  return symbols;
}
