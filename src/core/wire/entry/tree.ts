import type { CborValue } from '../encoding/cbor.ts';
import { bytesOfId, type EntryId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { type CborMap, readable, readFlag, readId, readText } from '../encoding/shape.ts';
import { checkPath } from './path.ts';

/** Bodies of the actions that any part of the tree takes (BaseFS): values, reverts, links, modes. */

/** `revert`: the path is again what that earlier entry of the path made it. */
export function revertBody(to: EntryId): CborMap {
  return { to: bytesOfId(to) };
}

export function readRevertBody(body: CborMap): EntryId {
  return readId<EntryId>(body.to, 'the entry to revert to');
}

/** `link`: the path has the content of one certain entry, whatever becomes of the entry's own path. */
export function linkBody(entry: EntryId): CborMap {
  return { entry: bytesOfId(entry) };
}

export function readLinkBody(body: CborMap): EntryId {
  return readId<EntryId>(body.entry, 'the linked entry');
}

/** `slink`: the path is another name for a path, followed when it is read. */
/** Throws WireError for what is no path. */
export function slinkBody(target: string): CborMap {
  return readable({ target }, readSlinkBody);
}

export function readSlinkBody(body: CborMap): string {
  return checkPath(readText(body.target, 'the target', 8192));
}

/** `mode`: while frozen, what lies at or below the path changes only by authority nearer the root than the mode's own. */
export function modeBody(frozen: boolean): CborMap {
  return { frozen };
}

export function readModeBody(body: CborMap): boolean {
  return readFlag(body.frozen, 'frozen');
}

/** `create` and `update` below /config and /services, and wherever no other shape is asked for. */
export function valueBody(value: CborValue): CborMap {
  return { value };
}

export function readValueBody(body: CborMap): CborValue {
  if (body.value === undefined) throw new WireError('the entry has no value');
  return body.value;
}
