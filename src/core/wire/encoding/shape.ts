import type { CborValue } from './cbor.ts';
import { bytesOfId, type EntryId, type FileHash, idFromBytes, type NodeId } from './ids.ts';
import { WireError } from './refusal.ts';

/**
 * Narrowing of decoded values. Each reader takes the map, the key and where we are, and rebuilds the value or throws a
 * WireError that names the field. Keys that a reader does not ask for are left alone: later 1.x versions may add some.
 * Encoders pass what they write through the same readers: what one end builds, the other never refuses (W9).
 */
export type CborMap = { readonly [key: string]: CborValue };

export function readMap(value: CborValue | undefined, where: string): CborMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw new WireError(`${where} is not a map`);
  return value as CborMap;
}

export function readList(value: CborValue | undefined, where: string, atMost: number): readonly CborValue[] {
  if (!Array.isArray(value)) throw new WireError(`${where} is not a list`);
  if (value.length > atMost)
    throw new WireError(`${where} has ${value.length} items, at most ${atMost} are taken`);
  return value;
}

export function readText(value: CborValue | undefined, where: string, atMost: number): string {
  if (typeof value !== 'string') throw new WireError(`${where} is not a text`);
  if (value.length > atMost) throw new WireError(`${where} is longer than ${atMost} characters`);
  return value;
}

/** A text that a person reads: not empty, no control characters (they could forge lines of a log). */
export function readName(value: CborValue | undefined, where: string, atMost: number): string {
  const text = readText(value, where, atMost);
  if (text.trim() === '') throw new WireError(`${where} is empty`);
  if (/\p{Cc}/u.test(text)) throw new WireError(`${where} has a control character`);
  return text;
}

export function readUint(value: CborValue | undefined, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new WireError(`${where} is not a whole number from 0 up`);
  return value;
}

export function readUintUpTo(value: CborValue | undefined, where: string, atMost: number): number {
  const number = readUint(value, where);
  if (number > atMost) throw new WireError(`${where} is ${number}, at most ${atMost} is taken`);
  return number;
}

export function readBytes(value: CborValue | undefined, where: string, atMost: number): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new WireError(`${where} is not bytes`);
  if (value.length > atMost)
    throw new WireError(`${where} has ${value.length} bytes, at most ${atMost} are taken`);
  return value;
}

export function readFixedBytes(value: CborValue | undefined, where: string, size: number): Uint8Array {
  const bytes = readBytes(value, where, size);
  if (bytes.length !== size) throw new WireError(`${where} has ${bytes.length} bytes instead of ${size}`);
  return bytes;
}

export function readId<Id extends NodeId | EntryId | FileHash>(
  value: CborValue | undefined,
  where: string,
): Id {
  return idFromBytes<Id>(readFixedBytes(value, where, 32));
}

export function readFlag(value: CborValue | undefined, where: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw new WireError(`${where} is neither true nor false`);
  return value;
}

/** Short texts by name, as labels are. */
export function readTexts(
  value: CborValue | undefined,
  where: string,
  atMost: { readonly items: number; readonly characters: number },
): Readonly<Record<string, string>> {
  const map = readMap(value, where);
  const keys = Object.keys(map);
  if (keys.length > atMost.items)
    throw new WireError(`${where} has ${keys.length} names, at most ${atMost.items}`);
  return Object.fromEntries(
    keys.map((key) => [
      readName(key, `a name in ${where}`, atMost.characters),
      readText(map[key], `${where}.${key}`, atMost.characters),
    ]),
  );
}

export function optionalId(id: EntryId | undefined): Uint8Array | null {
  return id === undefined ? null : bytesOfId(id);
}

export function readOptionalId<Id extends EntryId>(
  value: CborMap[string] | undefined,
  where: string,
): Id | undefined {
  return value === null ? undefined : readId<Id>(value, where);
}

/** A name that is not among them is one of a later version (W11). */
export function readOneOf<const Names extends readonly string[], const Other extends string>(
  other: Other,
  value: CborValue | undefined,
  names: Names,
  where: string,
): Names[number] | Other {
  const text = readText(value, where, 32);
  return names.find((candidate) => candidate === text) ?? other;
}

/** What was made to be sent or signed, once its own reader has taken it. Throws that reader's WireError. */
export function readable<Made>(made: Made, read: (made: Made) => unknown): Made {
  read(made);
  return made;
}
