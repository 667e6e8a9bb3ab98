import type { Ledger } from '../../core/ledger/ledger.ts';
import type { EntryId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { encodeProposal } from '../../core/wire/entry/proposal.ts';
import type { Keys } from '../../ports/keys.ts';
import { openPartlySigned, type PartlySigned, wholeEnvelope } from '../cosigning.ts';
import type { EntryDraft, NodeRuntime } from '../node-runtime.ts';

/** Under whose authority a revoke or ack is signed. */
export type Signing =
  /** Under the highest authority that this browser's key holds alone. */
  | { readonly type: 'alone' }
  /** Under the root, by these of its keys; they are named under the signature and must all sign. */
  | { readonly type: 'as-root'; readonly signers: readonly NodeId[] };

/** An entry that all its signers have signed is written; any other is a text for those who have not. */
export type SigningOutcome =
  | { readonly type: 'written'; readonly entry: EntryId }
  | { readonly type: 'proposed'; readonly text: string };

/** Throws WireError when these keys could never act as the root, or this browser is not one of them. */
export function checkRootSigners({ view }: Ledger, self: NodeId, signers: readonly NodeId[]): void {
  const { rootKeys, rootThreshold } = view;
  const stranger = signers.find((key) => !rootKeys.includes(key));
  if (stranger !== undefined)
    throw new WireError(
      `The key ${stranger.slice(0, 8)} is no root key, so its signature would count for nothing.`,
    );
  if (!signers.includes(self))
    throw new WireError('A proposal is signed by this browser first, and its key is no root key.');
  if (new Set(signers).size < rootThreshold)
    throw new WireError(`The root needs ${rootThreshold} of its keys to sign; this names ${signers.length}.`);
}

/** Signs the draft; as the root it is a proposal until the others have signed. */
export async function sign(
  runtime: NodeRuntime,
  keys: Keys,
  draft: EntryDraft,
  signing: Signing,
): Promise<SigningOutcome> {
  if (signing.type === 'alone') return { type: 'written', entry: await runtime.write(draft) };
  const others = signing.signers.filter((key) => key !== runtime.identity.id);
  return finish(runtime, await openPartlySigned(await runtime.propose(draft, others), keys));
}

/** Writes what everybody has signed; else makes the text to pass on. */
export async function finish(runtime: NodeRuntime, partly: PartlySigned): Promise<SigningOutcome> {
  const whole = wholeEnvelope(partly);
  return whole === undefined
    ? { type: 'proposed', text: encodeProposal(partly.envelope) }
    : { type: 'written', entry: await runtime.submit(whole) };
}
