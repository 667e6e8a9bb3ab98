import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entries } from './accepted.ts';
import { type BitSet, createBitSet } from './bitset.ts';

/** Which accepted entries reach which along all that they refer to. An entry's past is whole when it is accepted and never grows. */
export interface Reachability {
  /** In the order of acceptance: the numbers of the accepted entries that this one refers to. */
  add(references: readonly number[]): void;
  /** Numbers of the entries that this one reaches, itself included. Kept: asked for again and again of the same few. */
  pastOf(id: EntryId): BitSet;
  /** The same of several at once, not kept. Ids that are not here reach nothing. */
  unitedPastOf(ids: readonly EntryId[]): BitSet;
}

export function createReachability(entries: Entries): Reachability {
  const pasts = new Map<EntryId, BitSet>();
  /** Where the references of each entry begin in `references`, and one more for the end. */
  let starts = new Uint32Array(64);
  let references = new Uint32Array(256);
  let count = 0;

  const unitedPastOf = (ids: readonly EntryId[]): BitSet => {
    const reached = createBitSet();
    const open: number[] = [];
    const reach = (index: number) => {
      if (reached.has(index)) return;
      reached.add(index);
      open.push(index);
    };
    for (const id of ids) {
      const index = entries.get(id)?.index;
      if (index !== undefined) reach(index);
    }
    for (let index = open.pop(); index !== undefined; index = open.pop())
      for (let at = starts[index]!; at < starts[index + 1]!; at++) reach(references[at]!);
    return reached;
  };

  return {
    add: (numbers) => {
      const begin = starts[count]!;
      starts = grown(starts, count + 2);
      references = grown(references, begin + numbers.length);
      references.set(numbers, begin);
      starts[++count] = begin + numbers.length;
    },
    pastOf: (id) => {
      const past = pasts.get(id) ?? unitedPastOf([id]);
      pasts.set(id, past);
      return past;
    },
    unitedPastOf,
  };
}

function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= numbers.length) return numbers;
  const more = new Uint32Array(Math.max(length, numbers.length * 2));
  more.set(numbers);
  return more;
}
