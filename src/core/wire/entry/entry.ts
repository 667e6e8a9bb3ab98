import { type CborValue, decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { bytesOfId, type EntryId, type FileHash, type FleetId, type NodeId } from '../encoding/ids.ts';
import { MAX_ENTRY_BYTES, MAX_FRAME_BYTES, MAX_PARENTS, MAX_SIGNATURES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  type CborMap,
  readable,
  readBytes,
  readFixedBytes,
  readId,
  readList,
  readMap,
  readText,
  readUint,
} from '../encoding/shape.ts';
import { checkPath } from './path.ts';

/** Actions of BaseFS's log, and the fleet's own. One that is not known here is kept and passed on, and changes nothing. */
export type Action =
  | 'mkdir'
  | 'create'
  | 'update'
  | 'delete'
  | 'revert'
  | 'grant'
  | 'revoke'
  | 'ack'
  | 'link'
  | 'slink'
  | 'mode'
  | 'root'
  | 'beacon'
  | 'admit';

/** One signed action on one path. Every field is under the signature; `id` is the SHA-256 of the signed bytes. */
export interface Entry {
  readonly id: EntryId;
  /** Undefined in the genesis entry alone, whose id is the fleet. */
  readonly fleet: FleetId | undefined;
  readonly action: Action | string;
  readonly path: string;
  /** Heads of the path that the author knew. */
  readonly parents: readonly EntryId[];
  /** The author's frontier of authority: the newest grants, revokes and roots that it knew. */
  readonly authority: readonly EntryId[];
  readonly author: NodeId;
  /**
   * The other keys that sign, in rising order. They are named under the signature: which keys stand behind an entry must not
   * depend on which signatures a relay left in its envelope.
   */
  readonly cosigners: readonly NodeId[];
  /** Counts the author's entries from 0; one number twice proves equivocation. */
  readonly sequence: number;
  /** The grant that the author acts under; undefined for a root key acting as root. */
  readonly grant: EntryId | undefined;
  readonly body: CborMap;
  /** Content too large for an entry, by hash. */
  readonly content: { readonly hash: FileHash; readonly sizeBytes: number } | undefined;
  readonly expiresAtMs: number | undefined;
  /** Informative: the author's clock. Orders nothing. */
  readonly timeMs: number;
}

/** An entry before it is signed and has an id. */
export type UnsignedEntry = Omit<Entry, 'id' | 'cosigners'> & { readonly cosigners?: readonly NodeId[] };

/** Who must have signed it: an envelope carries the signatures of these keys, in this order, and of no other. */
export function signersOf({ author, cosigners }: Entry): readonly NodeId[] {
  return [author, ...cosigners];
}

/** What is kept and passed on, byte for byte: the signed bytes and the signatures, the author's first. */
export interface Envelope {
  readonly signedBytes: Uint8Array;
  readonly signatures: readonly { readonly key: Uint8Array; readonly signature: Uint8Array }[];
}

const ENTRY_DOMAIN = new TextEncoder().encode('fieldfare entry 1\0');

/** The message that a signature of an entry covers. The domain keeps it from passing for any other kind of signature. */
export function entryMessage(signedBytes: Uint8Array): Uint8Array {
  const message = new Uint8Array(ENTRY_DOMAIN.length + signedBytes.length);
  message.set(ENTRY_DOMAIN);
  message.set(signedBytes, ENTRY_DOMAIN.length);
  return message;
}

/** Throws WireError for what decodeEntry would refuse. */
export function encodeEntry(entry: UnsignedEntry): Uint8Array {
  const map = {
    v: 1,
    fleet: entry.fleet === undefined ? null : bytesOfId(entry.fleet),
    action: entry.action,
    path: entry.path,
    parents: entry.parents.map(bytesOfId),
    authority: entry.authority.map(bytesOfId),
    author: bytesOfId(entry.author),
    cosigners: entry.cosigners?.length ? entry.cosigners.map(bytesOfId) : undefined,
    seq: entry.sequence,
    grant: entry.grant === undefined ? null : bytesOfId(entry.grant),
    body: entry.body,
    content:
      entry.content === undefined ? undefined : [bytesOfId(entry.content.hash), entry.content.sizeBytes],
    expires: entry.expiresAtMs,
    time: entry.timeMs,
  } as CborMap;
  const bytes = encodeCbor(readable(map, readEntry));
  if (bytes.length > MAX_ENTRY_BYTES)
    throw new WireError(`the entry takes ${bytes.length} bytes, at most ${MAX_ENTRY_BYTES} fit`);
  return bytes;
}

/** The bytes in its body are views of `signedBytes`. */
export function decodeEntry(signedBytes: Uint8Array, id: EntryId): Entry {
  const map = readMap(decodeCbor(signedBytes, { maxBytes: MAX_ENTRY_BYTES, views: true }), 'the entry');
  return { id, ...readEntry(map) };
}

function readEntry(map: CborMap): Omit<Entry, 'id'> {
  if (map.v !== 1) throw new WireError('the entry is of a version that is not known here');
  const author = readId<NodeId>(map.author, 'author');
  return {
    fleet: map.fleet === null ? undefined : readId<FleetId>(map.fleet, 'fleet'),
    action: readText(map.action, 'action', 32),
    path: checkPath(readText(map.path, 'path', 8192)),
    parents: readIds<EntryId>(map.parents, 'parents', MAX_PARENTS),
    authority: readIds<EntryId>(map.authority, 'authority', MAX_PARENTS),
    author,
    cosigners: map.cosigners === undefined ? [] : readCosigners(map.cosigners, author),
    sequence: readUint(map.seq, 'seq'),
    grant: map.grant === null ? undefined : readId<EntryId>(map.grant, 'grant'),
    body: readMap(map.body, 'body'),
    content: map.content === undefined ? undefined : readContent(map.content),
    expiresAtMs: map.expires === undefined ? undefined : readUint(map.expires, 'expires'),
    timeMs: readUint(map.time, 'time'),
  };
}

/** Throws WireError for what decodeEnvelope would refuse. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const signatures = envelope.signatures.map(({ key, signature }) => [key, signature]);
  return encodeCbor(readable([envelope.signedBytes, signatures], readEnvelope));
}

/** Views of `bytes`, which whoever keeps an entry keeps. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  return readEnvelope(decodeCbor(bytes, { maxBytes: MAX_FRAME_BYTES, views: true }));
}

function readEnvelope(value: CborValue): Envelope {
  const [signedBytes, signatures] = readList(value, 'the envelope', 2);
  const envelope = {
    signedBytes: readBytes(signedBytes, 'the signed bytes', MAX_ENTRY_BYTES),
    signatures: readList(signatures, 'the signatures', MAX_SIGNATURES).map((pair) => {
      const [key, signature] = readList(pair, 'a signature', 2);
      return {
        key: readFixedBytes(key, 'a signing key', 32),
        signature: readFixedBytes(signature, 'a signature', 64),
      };
    }),
  };
  if (envelope.signatures.length === 0) throw new WireError('the envelope carries no signature');
  return envelope;
}

/** Ids in strictly rising order: one set has one encoding. */
function readIds<Id extends EntryId | NodeId>(
  value: CborValue | undefined,
  where: string,
  atMost: number,
): readonly Id[] {
  const ids = readList(value, where, atMost).map((item) => readId<Id>(item, where));
  for (let index = 1; index < ids.length; index++)
    if (ids[index - 1]! >= ids[index]!) throw new WireError(`${where} are not in order, or one stands twice`);
  return ids;
}

function readCosigners(value: CborValue, author: NodeId): readonly NodeId[] {
  const keys = readIds<NodeId>(value, 'cosigners', MAX_SIGNATURES - 1);
  if (keys.length === 0) throw new WireError('the list of cosigners is empty: then it is left out');
  if (keys.includes(author)) throw new WireError('the author stands among the cosigners');
  return keys;
}

function readContent(value: CborValue): { hash: FileHash; sizeBytes: number } {
  const [hash, sizeBytes] = readList(value, 'content', 2);
  return { hash: readId<FileHash>(hash, 'content hash'), sizeBytes: readUint(sizeBytes, 'content size') };
}
