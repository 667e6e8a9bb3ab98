import type { Ledger } from '../../core/ledger/ledger.ts';
import { referencesOf } from '../../core/ledger/references.ts';
import { capabilitiesAbove, grantsNaming, revokeOf } from '../../core/ledger/revoked-holders.ts';
import type { View } from '../../core/ledger/view.ts';
import type { EntryId, NodeId } from '../../core/wire/encoding/ids.ts';
import { MAX_PARENTS } from '../../core/wire/encoding/limits.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type Entry, signersOf } from '../../core/wire/entry/entry.ts';
import { readVoucher } from '../../core/wire/entry/grant.ts';
import { ackBody, revokeBody } from '../../core/wire/entry/revoke.ts';
import type { Keys } from '../../ports/keys.ts';
import type { EntryDraft, NodeRuntime } from '../node-runtime.ts';
import { type AuthorityChange, createRehearsal } from './rehearsal.ts';
import { checkRootSigners, type Signing, type SigningOutcome, sign } from './signing.ts';

/** How much of a key's past a revoke leaves standing. */
export type Spare =
  | { readonly type: 'all-known' }
  /** For a stolen key: this entry of it and whatever it signed later is taken back. */
  | { readonly type: 'nothing-after'; readonly entry: EntryId };

export interface RevokeOrder {
  readonly key: NodeId;
  readonly reason: string;
  readonly spare: Spare;
  readonly signing: Signing;
}

export interface AckOrder {
  readonly entries: readonly EntryId[];
  readonly signing: Signing;
}

/** What an entry is written under: a grant and its path, or the root. */
interface Capability {
  readonly grant: EntryId | undefined;
  readonly path: string;
}

/**
 * Takes back what a key may sign. Rejects with WireError, which says who could, when this browser's key holds no authority over it and
 * does not act with the root's others.
 */
export async function revokeKey(
  runtime: NodeRuntime,
  keys: Keys,
  order: RevokeOrder,
): Promise<SigningOutcome> {
  const { node, identity } = runtime;
  return sign(
    runtime,
    keys,
    await draftRevoke(node.ledger, identity.id, order, runtime.write),
    order.signing,
  );
}

/** What `revokeKey` would change, from a replay of this node's ledger with the unsigned entries added. */
export async function previewRevoke(
  { node, identity }: NodeRuntime,
  order: RevokeOrder,
): Promise<AuthorityChange> {
  const rehearsal = createRehearsal(node.ledger, identity.id);
  const draft = await draftRevoke(rehearsal.ledger, identity.id, order, rehearsal.write);
  await rehearsal.write(draft, cosignersOf(order.signing, identity.id));
  return rehearsal.change();
}

/** Makes entries count that a revoke, a rotation or an equivocation voids. They must all lie under one authority of the signers. */
export async function ackEntries(runtime: NodeRuntime, keys: Keys, order: AckOrder): Promise<SigningOutcome> {
  const { node, identity } = runtime;
  return sign(runtime, keys, draftAck(node.ledger, identity.id, order), order.signing);
}

export async function previewAck({ node, identity }: NodeRuntime, order: AckOrder): Promise<AuthorityChange> {
  const rehearsal = createRehearsal(node.ledger, identity.id);
  await rehearsal.write(
    draftAck(rehearsal.ledger, identity.id, order),
    cosignersOf(order.signing, identity.id),
  );
  return rehearsal.change();
}

function cosignersOf(signing: Signing, self: NodeId): readonly NodeId[] {
  return signing.type === 'alone' ? [] : signing.signers.filter((key) => key !== self);
}

/** Entries that the key signed or vouched for, in the order in which this node took them in. */
export function entriesOfKey(ledger: Ledger, key: NodeId): readonly Entry[] {
  return ledger
    .entries()
    .filter((entry) => signersOf(entry).includes(key) || readVoucher(entry.body)?.key === key);
}

async function draftRevoke(
  ledger: Ledger,
  self: NodeId,
  order: RevokeOrder,
  write: (draft: EntryDraft) => Promise<EntryId>,
): Promise<EntryDraft> {
  const { key, reason, signing } = order;
  const targets = grantsNaming(ledger, key);
  if (targets.length === 0)
    throw new WireError(
      ledger.view.rootKeys.includes(key)
        ? 'This key holds root rights alone: they are taken back by a new root without it.'
        : 'No grant names this key, so there is nothing to revoke.',
    );
  const above = new Set(targets.flatMap(({ id }) => capabilitiesAbove(ledger, id)));
  const capability = capabilitiesFor(ledger, self, signing).find(({ grant }) => above.has(grant));
  if (capability === undefined) throw new WireError(whoCould(ledger, 'revoke this key', targets));
  const frontier = await sparedFrontier(ledger, order, (entries) => {
    if (signing.type === 'as-root')
      throw new WireError(
        `What this key signed ends in more than ${MAX_PARENTS} entries, more than one revoke can spare. Bring those back first that shall stay, by acks of the root, then take the rest back from an entry on.`,
      );
    return write(draftOf(capability, 'ack', ackBody({ entries })));
  });
  return draftOf(capability, 'revoke', revokeBody({ key, frontier, reason: reason.trim() }));
}

function draftAck(ledger: Ledger, self: NodeId, { entries: ids, signing }: AckOrder): EntryDraft {
  if (ids.length === 0) throw new WireError('Choose the entries that shall count.');
  if (ids.length > MAX_PARENTS)
    throw new WireError(`At most ${MAX_PARENTS} entries are brought back at once; these are ${ids.length}.`);
  const above = ids.map((id) => {
    const entry = ledger.accepted(id);
    if (entry === undefined) throw new WireError('One of these entries is not here.');
    // A root action is brought back by a root action.
    return entry.grant === undefined ? [undefined] : capabilitiesAbove(ledger, entry.grant);
  });
  const capability = capabilitiesFor(ledger, self, signing).find(({ grant }) =>
    above.every((chain) => chain.includes(grant)),
  );
  if (capability === undefined) {
    const grants = ids.flatMap((id) => {
      const grant = ledger.accepted(id)?.grant;
      const entry = grant && ledger.accepted(grant);
      return entry ? [entry] : [];
    });
    throw new WireError(whoCould(ledger, 'bring these entries back', grants));
  }
  return draftOf(capability, 'ack', ackBody({ entries: [...ids].sort() }));
}

/** What these signers may delegate and take back under, nearest the root first. */
function capabilitiesFor(ledger: Ledger, self: NodeId, signing: Signing): readonly Capability[] {
  if (signing.type === 'alone') return ownCapabilities(ledger, self);
  checkRootSigners(ledger, self, signing.signers);
  return [ROOT];
}

function draftOf(
  { grant, path }: Capability,
  action: 'revoke' | 'ack',
  body: EntryDraft['body'],
): EntryDraft {
  return { action, path, parents: [], grant, body };
}

/**
 * The frontier that spares what the order says. More heads than an entry can name are acked first, 64 an entry, and the acks
 * named in their place: a device must never see them void in between.
 */
async function sparedFrontier(
  ledger: Ledger,
  { key, spare }: RevokeOrder,
  ack: (entries: readonly EntryId[]) => Promise<EntryId>,
): Promise<readonly EntryId[]> {
  const own = entriesOfKey(ledger, key).filter(({ id }) => ledger.standing(id)?.type === 'effective');
  if (spare.type === 'all-known' && ledger.frontier().length <= MAX_PARENTS) return ledger.frontier();
  let heads = headsAmong(spare.type === 'all-known' ? own : own.filter(isBefore(own, spare.entry)));
  while (heads.length > MAX_PARENTS) {
    const batch = heads.slice(0, MAX_PARENTS);
    heads = [...heads.slice(MAX_PARENTS), await ack(batch)];
  }
  return [...heads].sort();
}

/**
 * Entries of the chosen entry's author are ordered by their numbers; those that the key only cosigned or vouched for,
 * by their arrival.
 */
function isBefore(own: readonly Entry[], chosen: EntryId): (entry: Entry) => boolean {
  const at = own.findIndex(({ id }) => id === chosen);
  const first = own[at];
  if (first === undefined) throw new WireError('The chosen entry is not one that this key signed.');
  return (entry) =>
    entry.author === first.author ? entry.sequence < first.sequence : own.indexOf(entry) < at;
}

/** Those that no other of them names. */
function headsAmong(entries: readonly Entry[]): readonly EntryId[] {
  const named = new Set(entries.flatMap(referencesOf));
  return entries
    .map(({ id }) => id)
    .filter((id) => !named.has(id))
    .sort();
}

/** What this key may delegate and take back under by itself, nearest the root first. */
function ownCapabilities(ledger: Ledger, self: NodeId): readonly Capability[] {
  const { view } = ledger;
  const root: Capability[] = view.rootKeys.includes(self) && view.rootThreshold === 1 ? [ROOT] : [];
  const grants = standingGrantsOf(ledger, self)
    .map(({ entry }) => ({
      grant: entry.id,
      path: entry.path,
      depth: capabilitiesAbove(ledger, entry.id).length,
    }))
    .sort((a, b) => a.depth - b.depth || (a.grant < b.grant ? -1 : 1));
  return [...root, ...grants.map(({ grant, path }) => ({ grant, path }))];
}

const ROOT: Capability = { grant: undefined, path: '/' };

/** Grants that the key may act under alone. */
export function standingGrantsOf(ledger: Ledger, key: NodeId): View['grants'] {
  return ledger.view.grants.filter(
    ({ entry, body }) =>
      body.keys.includes(key) &&
      body.threshold === 1 &&
      !body.invitation &&
      revokeOf(ledger, key, entry.id) === undefined,
  );
}

/** Names the people whose grants are above the targets, so that the person who is refused knows whom to ask. */
function whoCould(ledger: Ledger, act: string, targets: readonly Entry[]): string {
  const { view } = ledger;
  const above = new Set(targets.flatMap(({ id }) => capabilitiesAbove(ledger, id)));
  const names = view.grants
    .filter(({ entry, body }) => above.has(entry.id) && !body.invitation)
    .map(({ body }) => body.name);
  const root =
    view.rootThreshold === 1
      ? 'a holder of the root key'
      : `${view.rootThreshold} of the ${view.rootKeys.length} root keys together`;
  return `This browser's key may not ${act}. ${[...new Set(names), root].join(', or ')} could.`;
}
