import type { EntryId } from '../../core/wire/encoding/ids.ts';
import type {
  AckOptions,
  AuthorityPreview,
  AuthorityReader,
  ProposalModel,
  RevokeOptions,
  RootGrantOptions,
  RootPlan,
  SigningOutcome,
} from '../authority-model.ts';

/** Who may sign what, and what of it counts. */
export interface AuthorityCommands {
  /** Reads it. Throws a CommandRefused when there is no fleet. */
  read(): AuthorityReader;
  /** Takes back what a key may sign: at once, or by a proposal that other root keys sign. */
  revoke(options: RevokeOptions): Promise<SigningOutcome>;
  /** What `revoke` would change. Nothing is signed. */
  previewRevoke(options: RevokeOptions): Promise<AuthorityPreview>;
  /** Makes entries count that do not. */
  ack(options: AckOptions): Promise<SigningOutcome>;
  previewAck(options: AckOptions): Promise<AuthorityPreview>;
  /** Makes the next root, or a proposal of it while others must sign. Refused where this browser has signed another of that version. */
  proposeRoot(plan: RootPlan): Promise<SigningOutcome>;
  /** Gives a key rights in the root's name: at once where one root key is enough. */
  grantByRoot(options: RootGrantOptions): Promise<SigningOutcome>;
  /** The proposal for the next root that this browser has signed; undefined when it has signed none. */
  signedRoot(): Promise<EntryId | undefined>;
  /** Reads a pasted proposal and checks its signatures; several copies may stand after each other. */
  readProposal(text: string): Promise<ProposalModel>;
  /** Adds this browser's signature; the last one writes the entry. `instead` is as in a RootPlan. */
  cosign(text: string, instead: EntryId | undefined): Promise<SigningOutcome>;
}
