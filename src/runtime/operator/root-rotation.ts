import type { Ledger } from '../../core/ledger/ledger.ts';
import type { EntryId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type Entry, signersOf } from '../../core/wire/entry/entry.ts';
import { type RootBody, readRootBody, rootBody } from '../../core/wire/entry/genesis.ts';
import type { Keys } from '../../ports/keys.ts';
import { openPartlySigned } from '../cosigning.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { finish, type SigningOutcome } from './signing.ts';

/** The next root as its proposer wants it. */
export interface RootPlan {
  readonly keys: readonly NodeId[];
  readonly threshold: number;
  /**
   * Who signs, the proposer included. They are named under the signature, so they cannot change on the way: enough of the old
   * keys and enough of the new ones must be among them, and all of them must sign.
   */
  readonly signers: readonly NodeId[];
  /** A proposal of the same version that this browser has signed, and of which a person says that it is destroyed. */
  readonly instead: EntryId | undefined;
}

/**
 * Makes the next root. Rejects with WireError when it could never reach both thresholds, or when this browser has signed another one of
 * that version.
 */
export async function proposeRoot(runtime: NodeRuntime, keys: Keys, plan: RootPlan): Promise<SigningOutcome> {
  const { node, identity, signedRoots } = runtime;
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
  const partly = await openPartlySigned(envelope, keys);
  await signedRoots.note(after.version, partly.entry.id, plan.instead);
  return finish(runtime, partly);
}

/** A proposed root held against the one that stands. Throws WireError when it does not follow that, or could never reach both thresholds. */
export function readRootProposal(
  ledger: Ledger,
  entry: Entry,
): { readonly before: RootBody; readonly after: RootBody } {
  const after = readRootBody(entry.body);
  const { id, body: before } = currentRoot(ledger);
  // Attack: two whole roots of one version halt the fleet (L10), so one for a root that is past must never be finished.
  if (entry.parents.length !== 1 || entry.parents[0] !== id || after.version !== before.version + 1)
    throw new WireError(
      `This proposal follows another root than version ${before.version}, which stands here. Ask for a new one, or wait until this browser has caught up.`,
    );
  checkThresholds(before, after, signersOf(entry));
  return { before, after };
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
