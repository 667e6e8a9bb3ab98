import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InfoHash } from '../wire/encoding/ids.ts';
import { encodeMessage, MAX_HOLDINGS } from '../wire/link/message.ts';
import { type Holding, holdingsWindow } from './holdings-window.ts';

const infoHash = (at: number) => at.toString(16).padStart(40, '0') as InfoHash;
const whole = (at: number): Holding => ({ infoHash: infoHash(at), whole: true });
const part = (at: number): Holding => ({ infoHash: infoHash(at), whole: false });
const row = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);
/** The higher the number the sooner it is told. */
const ranks = () => new Map(row(400).map((at) => [infoHash(400 - at - 1), at]));
const numbers = (holdings: readonly Holding[]) => holdings.map((each) => Number.parseInt(each.infoHash, 16));

test('all is told while it fits, in whatever order it is held', () => {
  const held = row(MAX_HOLDINGS).map(whole);
  expect(holdingsWindow(held, [], ranks)).toBe(held);
});

test('of more than fit, those that are ranked first are told (B5)', () => {
  const held = row(200).map(whole);
  expect(numbers(holdingsWindow(held, [], ranks))).toEqual(row(MAX_HOLDINGS, 200 - MAX_HOLDINGS).reverse());
});

test('what the neighbour lacks is told whatever its rank, and so is what it has and is lacking here', () => {
  const held = [...row(100).map(whole), ...row(100, 100).map(part)];
  const theirs = [part(3), whole(5), whole(103), part(104)];
  const window = numbers(holdingsWindow(held, theirs, ranks));
  expect(window.slice(0, 2)).toEqual([103, 3]);
  expect(window.slice(2)).toEqual(row(62, 138).reverse());
});

test('to a neighbour that holds more than it can say too, each tells first what it lacks, and then what the other does', () => {
  const held = [...row(100).map(whole), ...row(100, 100).map(part)];
  const theirs = [...row(40).map(part), ...row(24, 200).map(whole)];
  const window = numbers(holdingsWindow(held, theirs, ranks));
  expect(window).toEqual([...row(32, 168).reverse(), ...row(32).reverse()]);
});

test('whatever is held and heard, a window is told in one message, names nothing twice and nothing that is not held', () => {
  const holdings = fc.uniqueArray(fc.record({ at: fc.nat({ max: 399 }), whole: fc.boolean() }), {
    selector: ({ at }) => at,
    maxLength: 300,
    size: 'max',
  });
  fc.assert(
    fc.property(holdings, holdings, (held, theirs) => {
      const [here, there] = [held, theirs].map((all) =>
        all.map(({ at, whole: isWhole }) => (isWhole ? whole(at) : part(at))),
      );
      const window = holdingsWindow(here!, there!.slice(0, MAX_HOLDINGS), ranks);
      expect(() => encodeMessage({ type: 'holdings', bundles: window })).not.toThrow();
      expect(window).toHaveLength(Math.min(here!.length, MAX_HOLDINGS));
      expect(new Set(window).size).toBe(window.length);
      expect(window.every((each) => here!.includes(each))).toBe(true);
    }),
  );
});
