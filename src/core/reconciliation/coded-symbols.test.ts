import { describe, expect, test } from 'vitest';
import {
  type CodedSymbols,
  createSymbolEncoder,
  differenceOf,
  peel,
  readSymbols,
  writeSymbols,
} from './coded-symbols.ts';
import { createIdSet } from './id-set.ts';
import { createKeyedSet } from './keyed-set.ts';
import { sampleIds } from './sample-ids.ts';
import { firstSymbols, symbolsFor } from './sketch-size.ts';

const KEY = [1, 2, 3, 4] as const;

function keyedSet(ids: ReturnType<typeof sampleIds>) {
  const set = createIdSet();
  for (const id of ids) set.add(id);
  return { set, keyed: createKeyedSet(set, set.size, KEY) };
}

const copy = (symbols: CodedSymbols) => readSymbols([writeSymbols(symbols, 0, symbols.length)]);

describe('coded symbols (R3)', () => {
  test('the sketch made at once and the sketch grown in steps are the same', () => {
    const { keyed } = keyedSet(sampleIds(1, 500));
    const grown = createSymbolEncoder(keyed, KEY);
    for (const count of [1, 2, 7, 7, 60]) grown.symbols(count);
    expect(copy(grown.symbols(300))).toEqual(copy(createSymbolEncoder(keyed, KEY).symbols(300)));
  });

  test('the difference of two sketches peels to the ids in one set only', () => {
    const ids = sampleIds(2, 1040);
    const a = keyedSet(ids.slice(0, 1020));
    const b = keyedSet(ids.slice(20));
    const count = symbolsFor(40) + 20;
    const found = peel(
      differenceOf(
        createSymbolEncoder(a.keyed, KEY).symbols(count),
        createSymbolEncoder(b.keyed, KEY).symbols(count),
      ),
      KEY,
    );
    const names = found!.map(({ low, high16 }) => {
      const [inA] = a.keyed.indexesOf(low, high16);
      const [inB] = b.keyed.indexesOf(low, high16);
      return inA === undefined ? b.set.idAt(inB!) : a.set.idAt(inA);
    });
    expect(names.sort()).toEqual([...ids.slice(0, 20), ...ids.slice(1020)].sort());
  });

  test('too few symbols are noticed', () => {
    const { keyed } = keyedSet(sampleIds(3, 100));
    expect(peel(copy(createSymbolEncoder(keyed, KEY).symbols(60)), KEY)).toBeUndefined();
  });

  test.each([1, 2, 5, 10, 64, 300])(
    'the size chosen for %i differences decodes most of the time',
    (difference) => {
      let decoded = 0;
      for (let trial = 0; trial < 100; trial++) {
        const { keyed } = keyedSet(sampleIds(100 + trial, difference));
        const symbols = copy(createSymbolEncoder(keyed, KEY).symbols(symbolsFor(difference)));
        if (peel(symbols, KEY)?.length === difference) decoded++;
      }
      expect(decoded).toBeGreaterThanOrEqual(80);
    },
  );
});

describe('the first size', () => {
  const facts = (ids: ReturnType<typeof sampleIds>) => {
    const { set } = keyedSet(ids);
    return { count: set.size, oddSketch: set.oddSketch() };
  };

  test('is one symbol for equal sets and for one id more', () => {
    const ids = sampleIds(5, 1000);
    expect(firstSymbols(facts(ids), facts(ids))).toBe(1);
    expect(firstSymbols(facts(ids), facts(ids.slice(1)))).toBe(1);
  });

  test('is enough, and less than twice that, for 64 differences in both directions', () => {
    const sizes = Array.from({ length: 50 }, (_, trial) => {
      const ids = sampleIds(200 + trial, 2064);
      return firstSymbols(facts(ids.slice(0, 2032)), facts([...ids.slice(0, 2000), ...ids.slice(2032)]));
    }).sort((a, b) => a - b);
    expect(sizes[5]).toBeGreaterThanOrEqual(90);
    expect(sizes[45]).toBeLessThan(2 * symbolsFor(64));
  });
});
