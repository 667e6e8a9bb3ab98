import type { CborValue } from './cbor.ts';
import { WireError } from './refusal.ts';

/** A decoded map whose shape is being checked; every reader throws WireError when the field is not what it says. */
export interface Fields {
  bytes(key: string, sizeBytes: number | { readonly atMost: number }): Uint8Array;
  text(key: string, maxCharacters: number): string;
  /** A safe integer of at least 0. */
  count(key: string): number;
  list(key: string, maxItems: number): readonly CborValue[];
  /** The value as it is; undefined when it is not there. */
  value(key: string): CborValue | undefined;
}

/** Reads `value` as a map that has no keys but `allowed`; `what` names it in errors. */
export function readFields(value: CborValue, what: string, allowed: readonly string[]): Fields {
  const map = readMap(value, what);
  for (const key of Object.keys(map))
    if (!allowed.includes(key)) throw new WireError(`${what} has a field "${key.slice(0, 32)}" that it must not have`);
  const own = (key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);
  return {
    bytes(key, sizeBytes) {
      const field = own(key);
      if (!(field instanceof Uint8Array)) throw new WireError(`${what}.${key} is not bytes`);
      if (typeof sizeBytes === 'number' ? field.length !== sizeBytes : field.length > sizeBytes.atMost)
        throw new WireError(`${what}.${key} has ${field.length} bytes`);
      return field;
    },
    text(key, maxCharacters) {
      const field = own(key);
      if (typeof field !== 'string') throw new WireError(`${what}.${key} is not a text`);
      if (field.length > maxCharacters) throw new WireError(`${what}.${key} is longer than ${maxCharacters}`);
      return field;
    },
    count(key) {
      const field = own(key);
      if (typeof field !== 'number' || field < 0) throw new WireError(`${what}.${key} is not a count`);
      return field;
    },
    list(key, maxItems) {
      const field = own(key);
      if (!Array.isArray(field)) throw new WireError(`${what}.${key} is not a list`);
      if (field.length > maxItems) throw new WireError(`${what}.${key} has more than ${maxItems} items`);
      return field;
    },
    value: own,
  };
}

/** The field `type` of a map, by which a union is told apart. */
export function readType(value: CborValue, what: string): string {
  const map = readMap(value, what);
  const type = Object.hasOwn(map, 'type') ? map.type : undefined;
  if (typeof type !== 'string') throw new WireError(`${what} has no type`);
  return type;
}

function readMap(value: CborValue, what: string): { readonly [key: string]: CborValue } {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || Array.isArray(value))
    throw new WireError(`${what} is not a map`);
  return value as { readonly [key: string]: CborValue };
}
