import { fromBase64Url, toBase64Url } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import type { ItemId } from './item.ts';

declare const brand: unique symbol;
/** The first 9 bytes of an entry's id, as base64url (12 characters): names an entry where many are named on a line that many share. */
export type BriefName = string & { readonly [brand]: 'BriefName' };

/** Attack: an entry made to have another's name hides that one from whoever hears of it by name alone; 72 bits are out of reach. */
export const BRIEF_NAME_BYTES = 9;
const CHARACTERS = 12;

/** Undefined for a statement: its mark is its only name. */
export function briefNameOf(item: ItemId): BriefName | undefined {
  return item.includes(':') ? undefined : (item.slice(0, CHARACTERS) as BriefName);
}

/** One behind the other. */
export function briefNamesToBytes(names: readonly BriefName[]): Uint8Array {
  const bytes = new Uint8Array(names.length * BRIEF_NAME_BYTES);
  for (const [at, name] of names.entries()) {
    const read = fromBase64Url(name);
    if (read?.length !== BRIEF_NAME_BYTES) throw new WireError('what is no brief name');
    bytes.set(read, at * BRIEF_NAME_BYTES);
  }
  return bytes;
}

export function briefNamesFromBytes(bytes: Uint8Array): BriefName[] {
  if (bytes.length % BRIEF_NAME_BYTES !== 0) throw new WireError('brief names that are cut off');
  return Array.from(
    { length: bytes.length / BRIEF_NAME_BYTES },
    (_, at) => toBase64Url(bytes.subarray(at * BRIEF_NAME_BYTES, (at + 1) * BRIEF_NAME_BYTES)) as BriefName,
  );
}
