import type { ReceivedEntry } from '../ledger/accepted.ts';
import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import { decodeEnvelope, type Entry, type Envelope } from '../wire/entry/entry.ts';
import { itemOfEntry } from '../wire/link/item.ts';
import type { IntakeEffect, IntakeInput } from './effect.ts';
import { type Opened, refusalOf } from './opened.ts';
import { FORGED_ENTRY, readUncheckedEntry } from './signatures.ts';

/** Opens envelopes of all links at once; of an entry that comes over several of them one copy is checked. */
export interface EntryChecks {
  /** `conclude` is called once, unless the check is given up before; known also when another copy was found whole. */
  open(check: number, envelope: Uint8Array, conclude: (opened: Opened<ReceivedEntry>) => void): void;
  onHashed(input: Extract<IntakeInput, { type: 'entry-hashed' }>): void;
  onSignature(input: Extract<IntakeInput, { type: 'signature-checked' }>): void;
  onFailed(input: Extract<IntakeInput, { type: 'check-failed' }>): void;
  /**
   * Nothing comes of it any more. Attack: a neighbour sends an entry ahead of all others and is banned before it is taken in; copies
   * of honest neighbours must not count as known for its sake.
   */
  giveUp(check: number): void;
  /** The node was given what was found whole. */
  delivered(id: EntryId): void;
}

interface Check {
  readonly number: number;
  readonly envelopeBytes: Uint8Array;
  readonly envelope: Envelope;
  readonly conclude: (opened: Opened<ReceivedEntry>) => void;
  id: EntryId | undefined;
  read: { readonly entry: Entry; readonly voucherHolder: NodeId | undefined } | undefined;
}

/** The copy of an entry that is checked, or was found whole and is not yet with the node. */
interface Claim {
  readonly holder: Check;
  isWhole: boolean;
  /** Copies that came meanwhile, in order. */
  readonly waiting: Check[];
}

export function createEntryChecks(
  knows: (id: EntryId) => boolean,
  emit: (effect: IntakeEffect) => void,
): EntryChecks {
  const checks = new Map<number, Check>();
  const claims = new Map<EntryId, Claim>();

  const end = (check: Check, opened: Opened<ReceivedEntry>) => {
    if (opened.type !== 'new') checks.delete(check.number);
    check.conclude(opened);
  };

  const proceed = (check: Check, id: EntryId) => {
    // It was given up while it waited.
    if (checks.get(check.number) !== check) return;
    const claim = claims.get(id);
    if (knows(id) || claim?.isWhole) return end(check, { type: 'known', item: itemOfEntry(id) });
    // Attack: a forged copy sent ahead. A copy is dropped for another only when that one's signatures hold.
    if (claim !== undefined) return void claim.waiting.push(check);
    try {
      const { entry, signatures, voucher } = readUncheckedEntry(check.envelope, id);
      claims.set(id, { holder: check, isWhole: false, waiting: [] });
      check.read = { entry, voucherHolder: voucher?.holder };
      emit({ type: 'check-signature', check: check.number, signatures, voucher });
    } catch (error) {
      end(check, refusalOf(error));
    }
  };

  /** The next copy that waits, if any, is checked in its place. */
  const release = ({ id }: Check) => {
    const claim = id && claims.get(id);
    if (claim === undefined) return;
    claims.delete(id!);
    for (const other of claim.waiting) proceed(other, id!);
  };

  return {
    open: (number, envelopeBytes, conclude) => {
      let envelope: Envelope;
      try {
        envelope = decodeEnvelope(envelopeBytes);
      } catch (error) {
        return conclude(refusalOf(error));
      }
      checks.set(number, { number, envelopeBytes, envelope, conclude, id: undefined, read: undefined });
      emit({ type: 'hash-entry', check: number, signedBytes: envelope.signedBytes });
    },
    onHashed: ({ check: number, id }) => {
      const check = checks.get(number);
      if (check === undefined || check.id !== undefined) return;
      check.id = id;
      proceed(check, id);
    },
    onSignature: ({ check: number, holds, voucherHolds }) => {
      const check = checks.get(number);
      const claim = check?.id && claims.get(check.id);
      if (check?.read === undefined || claim === undefined || claim.holder !== check) return;
      if (!holds) {
        end(check, { type: 'refused', reason: FORGED_ENTRY });
        return release(check);
      }
      claim.isWhole = true;
      const { entry, voucherHolder } = check.read;
      const voucherKey = voucherHolds ? voucherHolder : undefined;
      end(check, { type: 'new', value: { entry, envelope: check.envelopeBytes, voucherKey } });
      for (const other of claim.waiting.splice(0)) end(other, { type: 'known', item: itemOfEntry(entry.id) });
    },
    onFailed: ({ check: number, error }) => {
      const check = checks.get(number);
      if (check === undefined) return;
      end(check, { type: 'failed', error });
      if (isHolder(check)) release(check);
    },
    giveUp: (number) => {
      const check = checks.get(number);
      if (check === undefined) return;
      checks.delete(number);
      if (isHolder(check)) release(check);
    },
    delivered: (id) => {
      const claim = claims.get(id);
      if (claim === undefined) return;
      claims.delete(id);
      checks.delete(claim.holder.number);
    },
  };

  function isHolder(check: Check): boolean {
    return check.id !== undefined && claims.get(check.id)?.holder === check;
  }
}
