import type { Ledger } from '../../core/ledger/ledger.ts';
import { signersOf } from '../../core/wire/entry.ts';
import { type RootBody, readRootBody, rootBody } from '../../core/wire/genesis.ts';
import type { EntryId, NodeId } from '../../core/wire/ids.ts';
import { decodeProposal, encodeProposal } from '../../core/wire/proposal.ts';
import { WireError } from '../../core/wire/refusal.ts';
import type { Keys } from '../../ports/keys.ts';
import { cosign, openPartlySigned, type PartlySigned, wholeEnvelope } from '../cosigning.ts';
import type { NodeRuntime } from '../node-runtime.ts';

/** The next root as its proposer wants it. */
export interface RootPlan {
  readonly keys: readonly NodeId[];
  readonly threshold: number;
  /**
   * Who signs, the proposer included. They are named under the signature, so they cannot change on the way: enough of the old
   * keys and enough of the new ones must be among them, and all of them must sign.
   */
  readonly signers: readonly NodeId[];
}

/** A root that all its signers have signed is written; any other is a text for those who have not. */
export type RootOutcome =
  | { readonly type: 'written'; readonly root: EntryId }
  | { readonly type: 'proposed'; readonly text: string };

/** A root that somebody proposes, held against the one that stands. */
export interface RootProposal {
  readonly before: RootBody;
  readonly after: RootBody;
  readonly proposer: NodeId;
  readonly signed: readonly NodeId[];
  readonly missing: readonly NodeId[];
}

/** Makes the next root. Rejects with WireError when it could never reach both thresholds. */
export async function proposeRoot(runtime: NodeRuntime, keys: Keys, plan: RootPlan): Promise<RootOutcome> {
  const { node, identity } = runtime;
  const { id: parent, body: before } = currentRoot(node.ledger);
  const after = readRootBody(
    rootBody({
      fleetName: before.fleetName,
      version: before.version + 1,
      threshold: plan.threshold,
      keys: [...plan.keys].sort(),
    }),
  );
  const signers = [...new Set(plan.signers)];
  const stranger = signers.find((key) => !before.keys.includes(key) && !after.keys.includes(key));
  if (stranger !== undefined)
    throw new WireError(
      `The key ${stranger.slice(0, 8)} is in neither root, so its signature would count for nothing.`,
    );
  if (!signers.includes(identity.id))
    throw new WireError(
      'The proposal is signed by this browser first, so its key must be in the old root or in the new.',
    );
  checkThresholds(before, after, signers);
  const envelope = await runtime.propose(
    { action: 'root', path: '/', parents: [parent], grant: undefined, body: rootBody(after) },
    signers.filter((key) => key !== identity.id),
  );
  return finish(runtime, await openPartlySigned(envelope, keys));
}

/** Reads a pasted proposal, or several copies of it. Throws WireError when it is not for this fleet or not for the root that stands. */
export async function readRootProposal(
  { node }: NodeRuntime,
  keys: Keys,
  text: string,
): Promise<RootProposal> {
  return (await openRootProposal(node.ledger, keys, text)).proposal;
}

/** Adds this browser's signature where it is missing, and writes the root once nobody's is. */
export async function cosignRoot(runtime: NodeRuntime, keys: Keys, text: string): Promise<RootOutcome> {
  const { partly } = await openRootProposal(runtime.node.ledger, keys, text);
  const { identity } = runtime;
  if (!signersOf(partly.entry).includes(identity.id))
    throw new WireError('The proposal does not ask for the signature of this browser’s key.');
  return finish(
    runtime,
    partly.missing.includes(identity.id) ? await cosign(partly, identity, keys) : partly,
  );
}

async function openRootProposal(
  ledger: Ledger,
  keys: Keys,
  text: string,
): Promise<{ readonly partly: PartlySigned; readonly proposal: RootProposal }> {
  const partly = await openPartlySigned(decodeProposal(text), keys);
  const { entry, signed, missing } = partly;
  if (entry.fleet !== ledger.fleet) throw new WireError('This proposal is for another fleet.');
  if (entry.action !== 'root' || entry.path !== '/')
    throw new WireError('This is not a proposal for a root: sign nothing that you were told is one.');
  const after = readRootBody(entry.body);
  const { id, body: before } = currentRoot(ledger);
  // Attack: two whole roots of one version halt the fleet (L10), so one for a root that is past must never be finished.
  if (entry.parents.length !== 1 || entry.parents[0] !== id || after.version !== before.version + 1)
    throw new WireError(
      `This proposal follows another root than version ${before.version}, which stands here. Ask for a new one, or wait until this browser has caught up.`,
    );
  checkThresholds(before, after, signersOf(entry));
  return { partly, proposal: { before, after, proposer: entry.author, signed, missing } };
}

async function finish(runtime: NodeRuntime, partly: PartlySigned): Promise<RootOutcome> {
  const whole = wholeEnvelope(partly);
  return whole === undefined
    ? { type: 'proposed', text: encodeProposal(partly.envelope) }
    : { type: 'written', root: await runtime.submit(whole) };
}

function checkThresholds(before: RootBody, after: RootBody, signers: readonly NodeId[]): void {
  const old = before.keys.filter((key) => signers.includes(key)).length;
  const own = after.keys.filter((key) => signers.includes(key)).length;
  if (old < before.threshold)
    throw new WireError(
      `It needs ${before.threshold} keys of the root that stands to sign; it names ${old}.`,
    );
  if (own < after.threshold)
    throw new WireError(`It needs ${after.threshold} keys of the new root to sign; it names ${own}.`);
}

function currentRoot(ledger: Ledger): { readonly id: EntryId; readonly body: RootBody } {
  const { rootForkedAt, rootVersion } = ledger.view;
  if (rootForkedAt !== undefined)
    throw new WireError(
      `Two roots of version ${rootForkedAt} stand against each other. No further root can follow: found a new fleet.`,
    );
  for (const entry of ledger.entries())
    if (entry.action === 'root') {
      const body = readRootBody(entry.body);
      if (body.version === rootVersion) return { id: entry.id, body };
    }
  throw new WireError('The fleet’s root has not reached this browser yet. Wait until it has caught up.');
}
