import fc from 'fast-check';
import {
  type EntryId,
  type FileHash,
  type InfoHash,
  idFromBytes,
  type NodeId,
} from '../../../src/core/wire/encoding/ids.ts';

/**
 * Values as a sender may come to hold them, at and beyond the bounds of the wire too: mostly those that every reader takes, so that a
 * message of many fields is not refused for each of them at once.
 */
export function mostly<Value>(usual: fc.Arbitrary<Value>, edges: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 24, arbitrary: usual }, { weight: 1, arbitrary: edges });
}

/** A number that is no number of the wire, among them. */
export const uint: fc.Arbitrary<number> = mostly(
  fc.constantFrom(0, 1, 23, 24, 255, 65_536, 2 ** 32, 2 ** 53 - 1),
  fc.constantFrom(-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY),
);

export const uintUpTo = (atMost: number, least = 0): fc.Arbitrary<number> =>
  mostly(fc.constantFrom(least, atMost), fc.oneof(uint, fc.constantFrom(least - 1, atMost + 1)));

/** `make` is told which item it makes, so that no two are alike. */
export const listUpTo = <Item>(atMost: number, make: (index: number) => Item): fc.Arbitrary<Item[]> =>
  mostly(fc.constantFrom(0, 1, 2, atMost), fc.constantFrom(atMost - 1, atMost + 1, 2 * atMost)).map(
    (length) => Array.from({ length: Math.max(0, length) }, (_, index) => make(index)),
  );

export const bytesOf = (size: number): fc.Arbitrary<Uint8Array> =>
  mostly(fc.constant(size), fc.constantFrom(0, size - 1, size + 1)).map((length) => new Uint8Array(length));

export const bytesUpTo = (atMost: number): fc.Arbitrary<Uint8Array> =>
  mostly(fc.constantFrom(0, 1, atMost), fc.constant(atMost + 1)).map((length) =>
    new Uint8Array(length).fill(7),
  );

/** Letters of one, two, three and four bytes in UTF-8; a control character, a half of a pair, and nothing, which some readers refuse. */
const LETTERS = ['a', 'é', '漢', '😀'];
const ODD = ['\u0000', '\ud83d', ' '];

export const textUpTo = (atMost: number): fc.Arbitrary<string> =>
  mostly(
    fc.tuple(fc.constantFrom(...LETTERS), fc.constantFrom(1, 2, atMost)),
    fc.tuple(fc.constantFrom(...LETTERS, ...ODD), fc.constantFrom(0, 1, atMost - 1, atMost + 1)),
  ).map(([letter, length]) =>
    letter.repeat(Math.ceil(Math.max(0, length) / letter.length)).slice(0, Math.max(0, length)),
  );

/** As labels are. */
export const textsUpTo = (items: number, characters: number): fc.Arbitrary<Record<string, string>> =>
  mostly(fc.constantFrom(0, 1, items), fc.constant(items + 1)).chain((count) =>
    fc
      .tuple(textUpTo(characters - 3), textUpTo(characters))
      .map(([name, text]) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, text])),
      ),
  );

const ids: string[] = [];
const idAt = (index: number): string => {
  for (let next = ids.length; next <= index; next++) {
    const bytes = new Uint8Array(32).fill(9);
    new DataView(bytes.buffer).setUint32(0, next + 1);
    ids.push(idFromBytes(bytes));
  }
  return ids[index]!;
};

/** In rising order of their text. */
export const nodeAt = (index: number) => idAt(index) as NodeId;
export const entryAt = (index: number) => idAt(index) as EntryId;
export const fileAt = (index: number) => idAt(index) as FileHash;
export const infoHashAt = (index: number) => index.toString(16).padStart(40, '0') as InfoHash;

export const nodesUpTo = (atMost: number) => listUpTo(atMost, nodeAt);
export const entriesUpTo = (atMost: number) => listUpTo(atMost, entryAt);
export const node = fc.nat({ max: 30 }).map(nodeAt);
export const entry = fc.nat({ max: 30 }).map(entryAt);
export const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
export const infoHash = mostly(
  fc.nat({ max: 30 }).map(infoHashAt),
  fc.constantFrom('', 'AB'.repeat(20), 'ab'.repeat(21)).map((text) => text as InfoHash),
);
