import type { Ledger } from '../../core/ledger/ledger.ts';
import type { EntryId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type Entry, signersOf } from '../../core/wire/entry/entry.ts';
import type { RootBody } from '../../core/wire/entry/genesis.ts';
import { type GrantBody, readGrantBody } from '../../core/wire/entry/grant.ts';
import { decodeProposal } from '../../core/wire/entry/proposal.ts';
import { readAckBody, readRevokeBody } from '../../core/wire/entry/revoke.ts';
import type { Keys } from '../../ports/keys.ts';
import { cosign, openPartlySigned, type PartlySigned } from '../cosigning.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { type AuthorityChange, createRehearsal } from './rehearsal.ts';
import { readRootProposal } from './root-rotation.ts';
import { finish, type SigningOutcome } from './signing.ts';

/** What somebody proposes that several root keys sign, held against what stands here. */
export type Proposal = Signatures &
  (
    | { readonly type: 'root'; readonly before: RootBody; readonly after: RootBody }
    | {
        readonly type: 'revoke';
        readonly key: NodeId;
        readonly reason: string;
        readonly change: AuthorityChange;
      }
    | { readonly type: 'grant'; readonly grant: GrantBody }
    | { readonly type: 'ack'; readonly entries: readonly EntryId[]; readonly change: AuthorityChange }
  );

interface Signatures {
  /** What it will be once it is whole: a signature more does not change its id. */
  readonly entry: EntryId;
  readonly proposer: NodeId;
  readonly signed: readonly NodeId[];
  readonly missing: readonly NodeId[];
}

/** Reads a pasted proposal, or several copies of it. Throws WireError when it is not for this fleet or could not take effect here. */
export async function readProposal({ node }: NodeRuntime, keys: Keys, text: string): Promise<Proposal> {
  return (await openProposal(node.ledger, keys, text)).proposal;
}

/**
 * Adds this browser's signature where it is missing, and writes the entry once nobody's is. Of roots it signs one a version: `instead`
 * names one that it signed before and that a person says is destroyed.
 */
export async function cosignProposal(
  runtime: NodeRuntime,
  keys: Keys,
  text: string,
  instead: EntryId | undefined,
): Promise<SigningOutcome> {
  const { partly, proposal } = await openProposal(runtime.node.ledger, keys, text);
  const { identity, signedRoots } = runtime;
  if (!signersOf(partly.entry).includes(identity.id))
    throw new WireError('The proposal does not ask for the signature of this browser’s key.');
  if (proposal.type === 'root') await signedRoots.note(proposal.after.version, partly.entry.id, instead);
  return finish(
    runtime,
    partly.missing.includes(identity.id) ? await cosign(partly, identity, keys) : partly,
  );
}

async function openProposal(
  ledger: Ledger,
  keys: Keys,
  text: string,
): Promise<{ readonly partly: PartlySigned; readonly proposal: Proposal }> {
  const partly = await openPartlySigned(decodeProposal(text), keys);
  const { entry, signed, missing } = partly;
  if (entry.fleet !== ledger.fleet) throw new WireError('This proposal is for another fleet.');
  if (ledger.accepted(entry.id) !== undefined)
    throw new WireError('This proposal was signed by all and is written already.');
  const signatures = { entry: entry.id, proposer: entry.author, signed, missing };
  const isRootAction = entry.grant === undefined && entry.path === '/';
  if (isRootAction && entry.action === 'root')
    return { partly, proposal: { type: 'root', ...readRootProposal(ledger, entry), ...signatures } };
  if (isRootAction && entry.action === 'revoke') {
    const { key, reason } = readRevokeBody(entry.body);
    return {
      partly,
      proposal: { type: 'revoke', key, reason, change: rehearse(ledger, entry), ...signatures },
    };
  }
  if (isRootAction && entry.action === 'grant') {
    const grant = readGrantBody(entry.body);
    rehearse(ledger, entry);
    // Attack: the key in a link's seed is granted, and whoever has the link is in.
    if (grant.invitation)
      throw new WireError('This proposal is for an invitation, which the root does not sign here.');
    return { partly, proposal: { type: 'grant', grant, ...signatures } };
  }
  if (isRootAction && entry.action === 'ack') {
    const { entries } = readAckBody(entry.body);
    return { partly, proposal: { type: 'ack', entries, change: rehearse(ledger, entry), ...signatures } };
  }
  // Attack: a signature that is asked for as a formality goes under a grant, or under a release.
  throw new WireError(
    'This is no proposal for a root, or for a grant, revoke or ack by it: sign nothing that you were told is one.',
  );
}

/** What the entry would change here, were it signed by all. Throws WireError when it would not count. */
function rehearse(ledger: Ledger, entry: Entry): AuthorityChange {
  const rehearsal = createRehearsal(ledger, entry.author);
  rehearsal.take(entry);
  const standing = rehearsal.ledger.standing(entry.id);
  if (standing?.type === 'void')
    throw new WireError(`Nothing would come of this proposal: ${standing.reason}. Ask for a new one.`);
  return rehearsal.change();
}
