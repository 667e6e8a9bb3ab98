import type { EntryId, NodeId } from '../core/wire/encoding/ids.ts';
import type { HeardRole } from '../core/wire/entry/grant.ts';

/** An entry as pages list it. */
export interface EntryRow {
  readonly entry: EntryId;
  readonly author: NodeId;
  readonly authorName: string;
  readonly action: string;
  readonly path: string;
  /** The author's clock: informs only. */
  readonly timeMs: number;
  readonly counts: boolean;
  /** Why it does not count; empty when it does. */
  readonly reason: string;
}

/** What a revoke or an ack would change, before anything is signed. */
export interface AuthorityPreview {
  readonly stopCounting: readonly EntryRow[];
  readonly countAgain: readonly EntryRow[];
  /** `before` and `after` name the entry that sets the path, in words; empty where there is none. */
  readonly paths: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  /** Invitations and backups by the revoked key that go on letting people in: each has a key of its own. */
  readonly openInvitations: readonly { readonly key: NodeId; readonly name: string }[];
}

/** What several root keys are asked to sign. */
export type ProposalModel = RootProposalModel | GrantProposalModel | RevokeProposalModel | AckProposalModel;

interface ProposalSigners {
  readonly proposer: NamedKey;
  readonly signed: readonly NamedKey[];
  readonly missing: readonly NamedKey[];
}

export interface GrantProposalModel extends ProposalSigners {
  readonly type: 'grant';
  readonly keys: readonly NamedKey[];
  readonly threshold: number;
  readonly personName: string;
  readonly roles: readonly HeardRole[];
  readonly mayGrant: boolean;
}

export interface RevokeProposalModel extends ProposalSigners {
  readonly type: 'revoke';
  readonly key: NamedKey;
  readonly reason: string;
  readonly preview: AuthorityPreview;
}

export interface AckProposalModel extends ProposalSigners {
  readonly type: 'ack';
  readonly entryCount: number;
  readonly preview: AuthorityPreview;
}

export interface RootProposalModel extends ProposalSigners {
  readonly type: 'root';
  /** Another proposal of this version that this browser has signed; undefined when it has signed none. */
  readonly signedBefore: EntryId | undefined;
  readonly fleetNameBefore: string;
  readonly fleetNameAfter: string;
  readonly version: number;
  readonly thresholdBefore: number;
  readonly thresholdAfter: number;
  readonly added: readonly NamedKey[];
  readonly removed: readonly NamedKey[];
  readonly kept: readonly NamedKey[];
}

export interface NamedKey {
  readonly id: NodeId;
  /** The key's first characters where no grant names it. */
  readonly name: string;
  readonly self: boolean;
}

/** The fleet's root and what is wrong with it or with its authors. */
export interface RootModel {
  readonly version: number;
  readonly threshold: number;
  readonly keys: readonly NamedKey[];
  /** The version that two roots claim; undefined when all is well. */
  readonly forkedAt: number | undefined;
  readonly quarantined: readonly { readonly author: NamedKey; readonly proof: readonly [EntryId, EntryId] }[];
}

/** Answers about entries and keys, computed when asked: ask again when `FleetModel.ledgerRevision` has changed. */
export interface AuthorityReader {
  /** What the key signed or vouched for, newest first, at most 500. */
  entriesOf(key: NodeId): readonly EntryRow[];
  /** Entries that are in the log and do not count, newest first, at most 500. */
  voided(): readonly EntryRow[];
}
