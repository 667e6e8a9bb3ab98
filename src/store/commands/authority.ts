import type { EntryId } from '../../core/wire/encoding/ids.ts';
import type { AckOrder, RevokeOrder } from '../../runtime/operator/authority-actions.ts';
import type { RootGrantOrder } from '../../runtime/operator/grant-by-root.ts';
import type { RootPlan } from '../../runtime/operator/root-rotation.ts';
import type { SigningOutcome } from '../../runtime/operator/signing.ts';
import type { AuthorityPreview, AuthorityReader, ProposalModel } from '../authority-model.ts';

export type { Spare } from '../../runtime/operator/authority-actions.ts';
export type { RootGrantOrder } from '../../runtime/operator/grant-by-root.ts';
export type { Signing, SigningOutcome } from '../../runtime/operator/signing.ts';

/** Who may sign what, and what of it counts. */
export interface AuthorityCommands {
  /** Reads it. Throws a CommandRefused when there is no fleet. */
  read(): AuthorityReader;
  /** Takes back what a key may sign: at once, or by a proposal that other root keys sign. */
  revoke(options: RevokeOrder): Promise<SigningOutcome>;
  /** What `revoke` would change. Nothing is signed. */
  previewRevoke(options: RevokeOrder): Promise<AuthorityPreview>;
  /** Makes entries count that do not. */
  ack(options: AckOrder): Promise<SigningOutcome>;
  previewAck(options: AckOrder): Promise<AuthorityPreview>;
  /** Makes the next root, or a proposal of it while others must sign. Refused where this browser has signed another of that version. */
  proposeRoot(plan: RootPlan): Promise<SigningOutcome>;
  /** Gives a key rights in the root's name: at once where one root key is enough. */
  grantByRoot(options: RootGrantOrder): Promise<SigningOutcome>;
  /** The proposal for the next root that this browser has signed; undefined when it has signed none. */
  signedRoot(): Promise<EntryId | undefined>;
  /** Reads a pasted proposal and checks its signatures; several copies may stand after each other. */
  readProposal(text: string): Promise<ProposalModel>;
  /** Adds this browser's signature; the last one writes the entry. `instead` is as in a RootPlan. */
  cosign(text: string, instead: EntryId | undefined): Promise<SigningOutcome>;
}
