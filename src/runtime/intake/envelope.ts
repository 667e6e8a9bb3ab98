import { FORGED_ENTRY, readUncheckedEntry, type Signature } from '../../core/intake/signatures.ts';
import type { ReceivedEntry } from '../../core/ledger/ledger.ts';
import { bytesOfId, type EntryId, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import {
  decodeEnvelope,
  encodeEntry,
  encodeEnvelope,
  entryMessage,
  type UnsignedEntry,
} from '../../core/wire/entry/entry.ts';
import type { Identity, Keys } from '../../ports/keys.ts';

/** Opens an envelope from anywhere. Throws WireError for what cannot be read or is not signed by its author and cosigners. */
export async function openEnvelope(envelope: Uint8Array, keys: Keys): Promise<ReceivedEntry> {
  const read = decodeEnvelope(envelope);
  const id = idFromBytes<EntryId>(await keys.sha256(read.signedBytes));
  const { entry, signatures, voucher } = readUncheckedEntry(read, id);
  if (!(await allHold(signatures, keys))) throw new WireError(FORGED_ENTRY);
  const voucherHolds = voucher !== undefined && (await allHold([voucher], keys));
  return { entry, envelope, voucherKey: voucherHolds ? voucher.holder : undefined };
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
  return openEnvelope(envelope, keys);
}

/** Stops at the first that does not. */
export async function allHold(
  signatures: readonly Signature[],
  keys: Pick<Keys, 'verify'>,
): Promise<boolean> {
  for (const { key, message, signature } of signatures)
    if (!(await keys.verify(key, message, signature))) return false;
  return true;
}
