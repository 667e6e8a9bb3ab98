import { MAX_NESTING } from './limits.ts';
import { WireError } from './refusal.ts';

/**
 * Core deterministic CBOR (RFC 8949, section 4.2.1), narrowed to what signed bytes need: safe integers, byte and text
 * strings, arrays, maps with text keys, booleans and null. Every value has exactly one encoding, and the decoder
 * refuses all others: two byte strings that mean the same would otherwise be two ids for one thing.
 */
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Throws TypeError for what has no encoding here (fractions, undefined inside arrays), and WireError for what no decoder takes: nesting that
 * is too deep, and keys that are one in UTF-8. Undefined map values are left out.
 */
export function encodeCbor(value: CborValue | { readonly [key: string]: CborValue | undefined }): Uint8Array {
  const out: number[] = [];
  const chunks: Uint8Array[] = [];
  const flush = () => {
    if (out.length > 0) chunks.push(Uint8Array.from(out.splice(0)));
  };
  const raw = (bytes: Uint8Array) => {
    flush();
    chunks.push(bytes);
  };
  const head = (major: number, argument: number) => {
    const tag = major << 5;
    if (argument < 24) out.push(tag | argument);
    else if (argument < 0x100) out.push(tag | 24, argument);
    else if (argument < 0x10000) out.push(tag | 25, argument >> 8, argument & 255);
    else if (argument < 0x100000000)
      out.push(tag | 26, argument >>> 24, (argument >>> 16) & 255, (argument >>> 8) & 255, argument & 255);
    else {
      const high = Math.floor(argument / 0x100000000);
      const low = argument >>> 0;
      out.push(tag | 27, high >>> 24, (high >>> 16) & 255, (high >>> 8) & 255, high & 255);
      out.push(low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255);
    }
  };
  const write = (item: CborValue | undefined, depth: number): void => {
    if (depth > MAX_NESTING) throw new WireError(`nested deeper than ${MAX_NESTING}`);
    if (item === null) out.push(NULL);
    else if (item === true) out.push(TRUE);
    else if (item === false) out.push(FALSE);
    else if (typeof item === 'number') {
      if (!Number.isSafeInteger(item)) throw new TypeError(`no encoding for the number ${item}`);
      if (item >= 0) head(UNSIGNED, item);
      else head(NEGATIVE, -1 - item);
    } else if (typeof item === 'string') {
      const bytes = encoder.encode(item);
      head(TEXT, bytes.length);
      raw(bytes);
    } else if (item instanceof Uint8Array) {
      head(BYTES, item.length);
      raw(item);
    } else if (Array.isArray(item)) {
      head(ARRAY, item.length);
      for (const element of item) write(element, depth + 1);
    } else if (typeof item === 'object') {
      writeMap(item as { readonly [key: string]: CborValue | undefined }, depth);
    } else throw new TypeError(`no encoding for ${typeof item}`);
  };
  const writeMap = (map: { readonly [key: string]: CborValue | undefined }, depth: number) => {
    const keys = Object.keys(map)
      .filter((key) => map[key] !== undefined)
      .map((key) => ({ key, bytes: encoder.encode(key) }))
      .sort((a, b) => compareKeys(a.bytes, b.bytes));
    head(MAP, keys.length);
    for (const [at, { key, bytes }] of keys.entries()) {
      if (at > 0 && compareBytes(keys[at - 1]!.bytes, bytes) === 0)
        throw new WireError('two keys of a map are one in UTF-8');
      head(TEXT, bytes.length);
      raw(bytes);
      write(map[key], depth + 1);
    }
  };
  write(value as CborValue, 0);
  flush();
  return concatBytes(chunks);
}

export interface DecodeOptions {
  readonly maxBytes: number;
  /** Byte strings as views of the input, for who keeps the input anyway. Else they are copies: a view of 32 bytes would keep a frame. */
  readonly views?: true;
}

/** Reads one value that fills `bytes` to the end. Throws WireError for anything that encodeCbor would not have written. */
export function decodeCbor(bytes: Uint8Array, { maxBytes, views }: DecodeOptions): CborValue {
  if (bytes.length > maxBytes) throw new WireError(`${bytes.length} bytes, at most ${maxBytes} are taken`);
  const input: Input = { bytes, at: 0, views: views === true };
  const value = readValue(input, 0);
  if (input.at !== bytes.length) throw new WireError('bytes follow the value');
  return value;
}

interface Input {
  readonly bytes: Uint8Array;
  readonly views: boolean;
  at: number;
}

function need({ bytes, at }: Input, count: number): void {
  if (count > bytes.length - at) throw new WireError('the bytes end in the middle of a value');
}

function readArgument(input: Input, info: number): number {
  if (info < 24) return info;
  if (info > 27) throw new WireError('indefinite lengths are not deterministic');
  const width = 1 << (info - 24);
  need(input, width);
  let argument = 0;
  for (let index = 0; index < width; index++) argument = argument * 256 + input.bytes[input.at++]!;
  const least = width === 1 ? 24 : 2 ** (4 * width);
  if (argument < least) throw new WireError('a number is not in its shortest form');
  if (!Number.isSafeInteger(argument)) throw new WireError('a number is beyond 2^53 - 1');
  return argument;
}

function readText(input: Input, length: number): string {
  need(input, length);
  const begin = input.at;
  input.at += length;
  return shortAscii(input.bytes, begin, input.at) ?? readUtf8(input.bytes.subarray(begin, input.at));
}

/** Keys and names are almost all like this, and a call of the platform's decoder costs more than they do. */
function shortAscii(bytes: Uint8Array, begin: number, end: number): string | undefined {
  if (end - begin > 24) return undefined;
  let text = '';
  for (let at = begin; at < end; at++) {
    if (bytes[at]! > 0x7f) return undefined;
    text += String.fromCharCode(bytes[at]!);
  }
  return text;
}

function readUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WireError('a text is not UTF-8');
  }
}

function readValue(input: Input, depth: number): CborValue {
  if (depth > MAX_NESTING) throw new WireError(`nested deeper than ${MAX_NESTING}`);
  need(input, 1);
  const initial = input.bytes[input.at++]!;
  if (initial === FALSE) return false;
  if (initial === TRUE) return true;
  if (initial === NULL) return null;
  const major = initial >> 5;
  if (major > MAP) throw new WireError('a kind of value that is not used here');
  const argument = readArgument(input, initial & 31);
  if (major === UNSIGNED) return argument;
  if (major === NEGATIVE) {
    if (argument >= Number.MAX_SAFE_INTEGER) throw new WireError('a number is beyond -(2^53 - 1)');
    return -1 - argument;
  }
  if (major === BYTES) {
    need(input, argument);
    const begin = input.at;
    input.at += argument;
    return input.views ? input.bytes.subarray(begin, input.at) : input.bytes.slice(begin, input.at);
  }
  if (major === TEXT) return readText(input, argument);
  // Each element takes at least one byte, so a claimed length beyond the input cannot make us allocate for it.
  need(input, argument);
  return major === ARRAY ? readArray(input, argument, depth) : readMap(input, argument, depth);
}

function readArray(input: Input, length: number, depth: number): CborValue[] {
  const items: CborValue[] = [];
  for (let index = 0; index < length; index++) items.push(readValue(input, depth + 1));
  return items;
}

function readMap(input: Input, length: number, depth: number): { [key: string]: CborValue } {
  const map: { [key: string]: CborValue } = {};
  let previousStart = 0;
  let previousEnd = 0;
  for (let index = 0; index < length; index++) {
    need(input, 1);
    const initial = input.bytes[input.at++]!;
    if (initial >> 5 !== TEXT) throw new WireError('a map key is not a text');
    const size = readArgument(input, initial & 31);
    const start = input.at;
    const key = readText(input, size);
    if (index > 0 && !isBefore(input.bytes, previousStart, previousEnd, start, input.at))
      throw new WireError('map keys are not in order, or one stands twice');
    previousStart = start;
    previousEnd = input.at;
    const value = readValue(input, depth + 1);
    // Set like any other it would become the prototype.
    if (key === '__proto__')
      Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
    else map[key] = value;
  }
  return map;
}

/** compareKeys below 0, on two ranges of the input. */
function isBefore(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  const lengths = aEnd - aStart - (bEnd - bStart);
  if (lengths !== 0) return lengths < 0;
  for (let at = 0; at < aEnd - aStart; at++) {
    const difference = bytes[aStart + at]! - bytes[bStart + at]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Core deterministic order is bytewise over the encoded keys, so a shorter key comes first. */
function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return a.length - b.length || compareBytes(a, b);
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = a[index]! - b[index]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
