import { type CborMap, readList, readMap, readText, readUint } from '../encoding/shape.ts';

/** What a release gave warning of while it was tried: for people, it decides nothing. */
export interface ReleaseWarnings {
  /** All that were given, also those that `kinds` leaves out. */
  readonly total: number;
  readonly kinds: readonly { readonly text: string; readonly count: number }[];
}

export const NO_WARNINGS: ReleaseWarnings = { total: 0, kinds: [] };

/** With a reason of full length they fit a statement of 4 KiB, whatever their characters. */
export const MAX_WARNING_KINDS = 4;
export const MAX_WARNING_CHARACTERS = 120;

export function warningsMap({ total, kinds }: ReleaseWarnings): CborMap {
  return {
    total,
    kinds: kinds
      .slice(0, MAX_WARNING_KINDS)
      .map(({ text, count }) => [text.slice(0, MAX_WARNING_CHARACTERS), count]),
  };
}

function readWarnings(map: CborMap): ReleaseWarnings {
  return {
    total: readUint(map.total, 'the number of warnings'),
    kinds: readList(map.kinds, 'the kinds of warnings', MAX_WARNING_KINDS).map((item) => {
      const [text, count] = readList(item, 'a kind of warning', 2);
      return {
        text: readText(text, 'the text of a warning', MAX_WARNING_CHARACTERS),
        count: readUint(count, 'the count of a warning'),
      };
    }),
  };
}

/** Of a `map` that may lack them. */
export function readOptionalWarnings(value: CborMap[string] | undefined): ReleaseWarnings {
  return value === undefined ? NO_WARNINGS : readWarnings(readMap(value, 'the warnings'));
}
