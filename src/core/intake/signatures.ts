import { bytesOfId, type EntryId, type FleetId, idFromBytes, type NodeId } from '../wire/encoding/ids.ts';
import { WireError } from '../wire/encoding/refusal.ts';
import { decodeEntry, type Entry, type Envelope, entryMessage, signersOf } from '../wire/entry/entry.ts';
import { readVoucher, voucherMessage } from '../wire/entry/grant.ts';
import {
  decodeSignedStatement,
  decodeStatement,
  type Statement,
  statementMessage,
} from '../wire/statement/statement.ts';

/** One Ed25519 signature (RFC 8032) that has to hold. */
export interface Signature {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface UncheckedEntry {
  readonly entry: Entry;
  /** Of its author and cosigners: all of them must hold. */
  readonly signatures: readonly Signature[];
  /** Where it does not hold the entry stands without it. */
  readonly voucher: (Signature & { readonly holder: NodeId }) | undefined;
}

export interface UncheckedStatement {
  readonly statement: Statement;
  readonly signature: Signature;
}

export const FORGED_ENTRY =
  'a signature of the entry does not hold: it was changed, or signed by another key';
export const FORGED_STATEMENT =
  "a statement's signature does not hold: it was changed, or signed by another key";

/** `id` is the SHA-256 of the envelope's signed bytes. Throws WireError for what cannot be read or names other signers. */
export function readUncheckedEntry({ signedBytes, signatures }: Envelope, id: EntryId): UncheckedEntry {
  const entry = decodeEntry(signedBytes, id);
  // Attack: a relay that strips or adds signatures. Its envelope is turned away and the entry's id is not held against the whole one.
  const signers = signersOf(entry);
  if (
    signatures.length !== signers.length ||
    !signatures.every(({ key }, index) => idFromBytes<NodeId>(key) === signers[index])
  )
    throw new WireError('the entry is not signed by its author and cosigners, and by them alone');
  const message = entryMessage(signedBytes);
  return {
    entry,
    signatures: signatures.map(({ key, signature }) => ({ key, message, signature })),
    voucher: voucherOf(entry),
  };
}

function voucherOf({ body, fleet, author }: Entry): UncheckedEntry['voucher'] {
  const voucher = readVoucher(body);
  if (voucher === undefined || fleet === undefined) return undefined;
  const { key, signature } = voucher;
  return { holder: key, key: bytesOfId(key), message: voucherMessage(fleet, author), signature };
}

/** Throws WireError for what cannot be read or belongs to another fleet. */
export function readUncheckedStatement(bytes: Uint8Array, fleet: FleetId): UncheckedStatement {
  const { signedBytes, signature } = decodeSignedStatement(bytes);
  const statement = decodeStatement(signedBytes);
  if (statement.fleet !== fleet) throw new WireError('a statement belongs to another fleet');
  return {
    statement,
    signature: { key: bytesOfId(statement.author), message: statementMessage(signedBytes), signature },
  };
}
