import { type CodedSymbols, isZero } from './coded-symbols.ts';

/**
 * Symbols that decode `difference` ids in about nine of ten cases: 1.36 for each id (the paper's asymptote is 1.35) and a margin
 * that was fitted to simulated sketches of each size. More would save round trips and cost bytes.
 */
export function symbolsFor(difference: number): number {
  return difference <= 1 ? 1 : Math.floor(1.36 * difference + 3.6 * Math.sqrt(difference) - 2.8);
}

/** Symbols for the first sketch, from what the greetings tell: both counts and both odd sketches. */
export function firstSymbols(
  ours: { readonly count: number; readonly oddSketch: Uint8Array },
  theirs: { readonly count: number; readonly oddSketch: Uint8Array },
): number {
  const bits = ours.oddSketch.length * 8;
  let odd = 0;
  ours.oddSketch.forEach((byte, at) => {
    for (let rest = byte ^ theirs.oddSketch[at]!; rest !== 0; rest &= rest - 1) odd++;
  });
  // Beyond this share of odd bits the estimate means nothing: random bits have one half.
  const share = Math.min(odd / bits, 0.45);
  const estimate = (-bits / 2) * Math.log(1 - 2 * share);
  const error = Math.sqrt(Math.max(0, (bits / 4) * (Math.exp((4 * estimate) / bits) - 1) - estimate));
  // The difference is at least that of the counts, and odd where that is odd.
  const least = Math.abs(ours.count - theirs.count);
  const likely = least + 2 * Math.max(0, Math.round((estimate - least) / 2));
  // One end merely behind is the common case, and the counts then tell the difference; else one standard error is added: a guess
  // that trades a tenth of the bytes against one second round trip in eight.
  return symbolsFor(likely - least <= error ? likely : likely + error);
}

/**
 * Symbols to ask for in all when these did not decode. Symbol i stays zero with probability exp(-d / (1 + i / 2)), so the number of
 * zeros among them tells the difference d.
 */
export function symbolsAfter(difference: CodedSymbols): number {
  const { length } = difference;
  let zeros = 0;
  for (let index = 0; index < length; index++) if (isZero(difference, index)) zeros++;
  let atLeast = 1;
  let atMost = length * 4;
  while (atMost - atLeast > 1) {
    const middle = (atLeast + atMost) >> 1;
    if (expectedZeros(middle, length) > Math.max(zeros, 1)) atLeast = middle;
    else atMost = middle;
  }
  return Math.max(symbolsFor(atMost), Math.ceil(length * 1.15) + 4);
}

function expectedZeros(difference: number, length: number): number {
  let expected = 0;
  for (let index = 0; index < length; index++) expected += Math.exp(-difference / (1 + index / 2));
  return expected;
}
