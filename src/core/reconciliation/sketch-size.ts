import { type CodedSymbols, isZero } from './coded-symbols.ts';

/**
 * Symbols that decode `difference` ids in about nine of ten cases: 1.36 for each id (the paper's asymptote is 1.35) and a
 * margin that was fitted to 1,500 simulated sketches of each size from 1 to 1,000. More would save round trips and cost bytes.
 */
export function symbolsFor(difference: number): number {
  return difference <= 1 ? 1 : Math.ceil(1.36 * difference + 2.6 * Math.sqrt(difference));
}

/** A guess: standard errors above the estimate; each takes a fifth off the chance of a second round trip and adds a tenth of bytes. */
const MARGIN = 1.25;

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
  const least = Math.abs(ours.count - theirs.count);
  // One end merely behind is the common case; the counts then tell the difference without error.
  if (least >= estimate) return symbolsFor(least);
  const variance = (bits / 4) * (Math.exp((4 * estimate) / bits) - 1) - estimate;
  return symbolsFor(Math.round(estimate + MARGIN * Math.sqrt(Math.max(0, variance))));
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
