import type { ReceivedEntry } from '../../core/ledger/ledger.ts';
import { bytesOfId, type EntryId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import {
  decodeEntry,
  decodeEnvelope,
  type Entry,
  encodeEntry,
  encodeEnvelope,
  entryMessage,
  signersOf,
  type UnsignedEntry,
} from '../../core/wire/entry/entry.ts';
import { readVoucher, type Voucher, voucherMessage } from '../../core/wire/entry/grant.ts';
import type { Identity, Keys } from '../../ports/keys.ts';

/**
 * Opens an envelope from anywhere: undefined when its entry is known already, which costs a hash and no signature check.
 * Throws WireError for what cannot be read or is not signed by its author.
 */
export async function openEnvelope(
  envelope: Uint8Array,
  keys: Keys,
  knows: (id: EntryId) => boolean | Promise<boolean>,
): Promise<ReceivedEntry | undefined> {
  const { signedBytes, signatures } = decodeEnvelope(envelope);
  const id = idFromBytes<EntryId>(await keys.sha256(signedBytes));
  const known = knows(id);
  if (typeof known === 'boolean' ? known : await known) return undefined;
  const entry = decodeEntry(signedBytes, id);
  const message = entryMessage(signedBytes);
  // Attack: a relay that strips or adds signatures. Its envelope is turned away and the entry's id is not held against the whole one.
  const signers = signersOf(entry);
  if (
    signatures.length !== signers.length ||
    !signatures.every(({ key }, index) => idFromBytes<NodeId>(key) === signers[index])
  )
    throw new WireError('the entry is not signed by its author and cosigners, and by them alone');
  for (const { key, signature } of signatures)
    if (!(await keys.verify(key, message, signature)))
      throw new WireError('a signature of the entry does not hold: it was changed, or signed by another key');
  const voucher = readVoucher(entry.body);
  return { entry, envelope, voucherKey: voucher && (await keyOf(voucher, entry, keys)) };
}

/** Signs a new entry; what comes back is read from the signed bytes, as everyone else will read it. */
export async function sealEntry(
  draft: UnsignedEntry,
  identity: Identity,
  keys: Keys,
): Promise<ReceivedEntry> {
  const signedBytes = encodeEntry(draft);
  const signature = await identity.sign(entryMessage(signedBytes));
  const envelope = encodeEnvelope({ signedBytes, signatures: [{ key: bytesOfId(identity.id), signature }] });
  const received = await openEnvelope(envelope, keys, () => false);
  if (received === undefined) throw new Error('a new entry cannot be known');
  return received;
}

/** The voucher's key where its signature holds. */
async function keyOf(voucher: Voucher, { fleet, author }: Entry, keys: Keys): Promise<NodeId | undefined> {
  if (fleet === undefined) return undefined;
  const holds = await keys.verify(bytesOfId(voucher.key), voucherMessage(fleet, author), voucher.signature);
  return holds ? voucher.key : undefined;
}
