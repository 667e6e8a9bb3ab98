import type { CborValue } from '../encoding/cbor.ts';
import { WireError } from '../encoding/refusal.ts';

/** The kinds that this version reads. */
export const KNOWN_KINDS = ['lease', 'receipt', 'alarm', 'beacon', 'summary', 'faults'] as const;
export type KnownKind = (typeof KNOWN_KINDS)[number];

declare const other: unique symbol;
/** One that a later version brought: kept and passed on as it came, and never read (W11). */
export type OtherKind = string & { readonly [other]: 'OtherKind' };

export type StatementKind = KnownKind | OtherKind;

/** No ":", which parts the fields of an item's id. */
const KIND = /^[a-z][a-z0-9-]{0,31}$/;

export function isKind(value: unknown): value is StatementKind {
  return typeof value === 'string' && KIND.test(value);
}

export function readKind(value: CborValue | undefined): StatementKind {
  if (!isKind(value))
    throw new WireError('the kind of a statement is not 1 to 32 of a-z, 0-9 and "-", a letter first');
  return value;
}

export function isKnownKind(kind: StatementKind): kind is KnownKind {
  return (KNOWN_KINDS as readonly string[]).includes(kind);
}
