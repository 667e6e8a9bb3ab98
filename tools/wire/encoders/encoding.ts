import type fc from 'fast-check';
import { encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import type { CborMap } from '../../../src/core/wire/encoding/shape.ts';
import { encodeEntry } from '../../../src/core/wire/entry/entry.ts';
import { entryAt, nodeAt } from './around-bounds.ts';

/** What a sender may come to hold, and the bytes that it would send. */
export type Encoding = fc.Arbitrary<() => Uint8Array>;

const utf8 = new TextEncoder();
export const of = <Value>(values: fc.Arbitrary<Value>, encode: (value: Value) => Uint8Array): Encoding =>
  values.map((value) => () => encode(value));
export const text = <Value>(values: fc.Arbitrary<Value>, encode: (value: Value) => string): Encoding =>
  of(values, (value) => utf8.encode(encode(value)));
/** As an entry carries it, whose bound is the body's. */
export const body = <Value>(values: fc.Arbitrary<Value>, make: (value: Value) => CborMap): Encoding =>
  of(values, (value) => {
    const made = make(value);
    encodeEntry({ ...BARE_ENTRY, body: made });
    return encodeCbor(made);
  });
const BARE_ENTRY = {
  fleet: entryAt(1),
  action: 'create',
  path: '/a',
  parents: [],
  authority: [],
  author: nodeAt(1),
  sequence: 0,
  grant: undefined,
  content: undefined,
  expiresAtMs: undefined,
  timeMs: 0,
};
