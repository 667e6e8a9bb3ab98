import { WireError } from '../encoding/refusal.ts';
import { type CborMap, readList, readName } from '../encoding/shape.ts';

/** Guesses: more than one body can ask for at once, and short enough to be read aloud. */
const MAX_NEEDS = 16;
const MAX_NEED_CHARACTERS = 64;

/**
 * What a reader must know of beyond the fields of wire 1 to act on a body as its author meant it: names that later 1.x versions
 * give to what they add. A body that names some keeps the fields of wire 1 all the same, by which every version judges it alike; a
 * reader that lacks one of them does nothing by it (L12). This version knows no such name.
 *
 * @throws WireError
 */
export function readNeeds(body: CborMap): readonly string[] {
  if (body.needs === undefined) return [];
  const needs = readList(body.needs, 'needs', MAX_NEEDS).map((name) =>
    readName(name, 'a need', MAX_NEED_CHARACTERS),
  );
  if (needs.length === 0) throw new WireError('needs is empty: what needs nothing leaves it out');
  return needs;
}

/** Conditions under names that are not known here: acting on the others alone would take in devices that the author left out. */
export function unknownConditions(select: CborMap, known: readonly string[]): readonly string[] {
  return Object.keys(select)
    .filter((name) => !known.includes(name))
    .slice(0, MAX_NEEDS)
    .map((name) => `select ${name.slice(0, MAX_NEED_CHARACTERS)}`);
}
