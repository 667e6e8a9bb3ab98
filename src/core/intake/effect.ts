import type { NodeInput } from '../node/input.ts';
import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { Signature } from './signatures.ts';

/** What the machine is told. A `check` is named by the effect that asked for it. */
export type IntakeInput =
  | { readonly type: 'link-up'; readonly peer: NodeId }
  /** What a neighbour that left had sent is still read, what a banned one had sent is not. */
  | { readonly type: 'link-down'; readonly peer: NodeId; readonly isBanned: boolean }
  | { readonly type: 'frame-received'; readonly peer: NodeId; readonly frame: Uint8Array }
  | { readonly type: 'entry-hashed'; readonly check: number; readonly id: EntryId }
  /** `holds`: all of the signatures. `voucherHolds` is false where there is none. */
  | {
      readonly type: 'signature-checked';
      readonly check: number;
      readonly holds: boolean;
      readonly voucherHolds: boolean;
    }
  /** The platform could not hash or verify: nobody's misbehaviour. */
  | { readonly type: 'check-failed'; readonly check: number; readonly error: unknown };

/** What must be done, in the order given, before the machine is told anything further. */
export type IntakeEffect =
  /** Answered by `entry-hashed` with the SHA-256. */
  | { readonly type: 'hash-entry'; readonly check: number; readonly signedBytes: Uint8Array }
  /** Answered by `signature-checked`; the voucher is looked at only where all signatures hold. */
  | {
      readonly type: 'check-signature';
      readonly check: number;
      readonly signatures: readonly Signature[];
      readonly voucher: Signature | undefined;
    }
  | { readonly type: 'tell-node'; readonly input: NodeInput }
  /** Frames came faster than they can be checked; no strike, since an honest neighbour of a slow device looks the same. */
  | { readonly type: 'report-overflow'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  /** A defect, here or in the platform. */
  | { readonly type: 'report-fault'; readonly error: unknown };
