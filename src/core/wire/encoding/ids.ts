declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A node's Ed25519 public key, 32 bytes as base64url without padding (43 characters). */
export type NodeId = Branded<'NodeId'>;
/** SHA-256 of an entry's signed bytes, 32 bytes as base64url without padding (43 characters). */
export type EntryId = Branded<'EntryId'>;
/** The id of a fleet is the id of its genesis entry. */
export type FleetId = EntryId;
/** A release is named by the entry that created it. */
export type ReleaseId = EntryId;
/** A rollout is named by the entry that created it. */
export type RolloutId = EntryId;
/** SHA-256 of a file's bytes, as base64url without padding (43 characters). */
export type FileHash = Branded<'FileHash'>;
/** SHA-1 of a torrent's info dictionary (BEP 3), 40 lower-case hexadecimal digits. */
export type InfoHash = Branded<'InfoHash'>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const NONE = 0xff;
/** By character code. */
const VALUES = new Uint8Array(128).fill(NONE);
CODES.forEach((code, value) => {
  VALUES[code] = value;
});
const ascii = new TextDecoder();

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < bytes.length; index++) {
    held = (held << 8) | bytes[index]!;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      codes[at++] = CODES[(held >> bits) & 63]!;
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) codes[at] = CODES[(held << (6 - bits)) & 63]!;
  // In one piece: put together by characters, an id would keep a rope of them in memory.
  return ascii.decode(codes);
}

/** The bytes of `text`, or undefined unless it is the one canonical base64url form of some bytes. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? NONE;
    if (value === NONE) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 ? bytes : undefined;
}

const ID_BYTES = 32;
/** Authors, grants and what is referred to come again and again: the ids named last are kept, each in the place of its first bytes. */
const PLACES = 1024;
const placeBytes = new Uint8Array(PLACES * ID_BYTES);
const placeIds: (string | undefined)[] = new Array(PLACES).fill(undefined);

/** Names a 32-byte value; the caller says which kind of id it is. Throws RangeError for any other length. */
export function idFromBytes<Id extends NodeId | EntryId | FileHash>(bytes: Uint8Array): Id {
  if (bytes.length !== ID_BYTES)
    throw new RangeError(`an id has ${ID_BYTES} bytes, this has ${bytes.length}`);
  const place = (bytes[0]! | (bytes[1]! << 8)) % PLACES;
  const begin = place * ID_BYTES;
  const kept = placeIds[place];
  if (kept !== undefined && standsAt(begin, bytes)) return kept as Id;
  const id = toBase64Url(bytes);
  placeBytes.set(bytes, begin);
  placeIds[place] = id;
  return id as Id;
}

function standsAt(begin: number, bytes: Uint8Array): boolean {
  for (let index = 0; index < ID_BYTES; index++) if (placeBytes[begin + index] !== bytes[index]) return false;
  return true;
}

/** The 32 bytes behind an id. */
export function bytesOfId(id: NodeId | EntryId | FileHash): Uint8Array {
  const bytes = fromBase64Url(id);
  if (bytes?.length !== 32) throw new RangeError(`not an id: ${id}`);
  return bytes;
}

/** Below 0 where the bytes behind `a` come before those behind `b`: the alphabet of base64url is in another order than its codes. */
export function compareIds<Id extends NodeId | EntryId | FileHash>(a: Id, b: Id): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at === a.length ? 0 : VALUES[a.charCodeAt(at)]! - VALUES[b.charCodeAt(at)]!;
}
