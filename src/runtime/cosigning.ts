import { bytesOfId, type EntryId, idFromBytes, type NodeId } from '../core/wire/encoding/ids.ts';
import { WireError } from '../core/wire/encoding/refusal.ts';
import {
  decodeEntry,
  type Entry,
  type Envelope,
  encodeEntry,
  encodeEnvelope,
  entryMessage,
  signersOf,
  type UnsignedEntry,
} from '../core/wire/entry/entry.ts';
import type { Identity, Keys } from '../ports/keys.ts';

/** An entry on its way to being signed by all that it names. */
export interface PartlySigned {
  readonly entry: Entry;
  /** Its signatures hold, and stand in the order in which a whole envelope has them. */
  readonly envelope: Envelope;
  readonly signed: readonly NodeId[];
  readonly missing: readonly NodeId[];
}

/** Signs as the author, who names the cosigners. */
export async function signAsAuthor(draft: UnsignedEntry, identity: Identity): Promise<Envelope> {
  const signedBytes = encodeEntry(draft);
  return { signedBytes, signatures: [await signatureOf(signedBytes, identity)] };
}

/** Checks every signature that is there. Throws WireError when one does not hold or is by a key that the entry does not name. */
export async function openPartlySigned(envelope: Envelope, keys: Keys): Promise<PartlySigned> {
  const { signedBytes } = envelope;
  const entry = decodeEntry(signedBytes, idFromBytes<EntryId>(await keys.sha256(signedBytes)));
  const named = signersOf(entry);
  const byKey = new Map<NodeId, Envelope['signatures'][number]>();
  for (const item of envelope.signatures) {
    const key = idFromBytes<NodeId>(item.key);
    // Attack: a signature slipped in by someone whom the author did not name would make every node turn the entry away.
    if (!named.includes(key)) throw new WireError('It is signed by a key that it does not name.');
    if (!(await keys.verify(item.key, entryMessage(signedBytes), item.signature)))
      throw new WireError('A signature does not hold: it was changed, or made by another key.');
    byKey.set(key, item);
  }
  if (!byKey.has(entry.author)) throw new WireError('Its author has not signed it.');
  const signed = named.filter((key) => byKey.has(key));
  return {
    entry,
    envelope: { signedBytes, signatures: signed.map((key) => byKey.get(key)!) },
    signed,
    missing: named.filter((key) => !byKey.has(key)),
  };
}

/** Adds this identity's signature. It must be one that is missing. */
export async function cosign(partly: PartlySigned, identity: Identity, keys: Keys): Promise<PartlySigned> {
  const { signedBytes, signatures } = partly.envelope;
  return openPartlySigned(
    { signedBytes, signatures: [...signatures, await signatureOf(signedBytes, identity)] },
    keys,
  );
}

/** The bytes that every node takes, or undefined while somebody has not signed. */
export function wholeEnvelope({ envelope, missing }: PartlySigned): Uint8Array | undefined {
  return missing.length === 0 ? encodeEnvelope(envelope) : undefined;
}

async function signatureOf(
  signedBytes: Uint8Array,
  identity: Identity,
): Promise<Envelope['signatures'][number]> {
  return { key: bytesOfId(identity.id), signature: await identity.sign(entryMessage(signedBytes)) };
}
