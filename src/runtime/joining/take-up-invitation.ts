import { revokeOf } from '../../core/ledger/revoked-holders.ts';
import type { View } from '../../core/ledger/view.ts';
import type { EntryId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { admissionBody, admissionPath } from '../../core/wire/entry/admission.ts';
import { grantBody, voucherField, voucherMessage } from '../../core/wire/entry/grant.ts';
import { isWithin } from '../../core/wire/entry/path.ts';
import type { Keys } from '../../ports/keys.ts';
import type { NodeRuntime } from '../node-runtime.ts';

/** The grant that a link names, and the seed of the key that vouches for whoever has the link (J4). */
export interface Invitation {
  readonly grant: EntryId;
  readonly seed: Uint8Array;
}

/** What the ledger makes of an invitation, by this node's clock (L6). */
export type InvitationStanding =
  /** Its grant has not arrived. */
  | 'awaited'
  /** What it names is no invitation. */
  | 'none'
  /** Revoked, or it hangs under what was. */
  | 'taken-back'
  | { readonly endedAtMs: number }
  | 'ready'
  /** What it gives, this node has. */
  | 'taken-up';

export function standingOf(
  { node }: NodeRuntime,
  { grant: id }: Invitation,
  nowMs: number,
): InvitationStanding {
  const entry = node.ledger.accepted(id);
  if (entry === undefined) return 'awaited';
  const view = node.view();
  const grant = view.grants.find((each) => each.entry.id === id);
  if (grant === undefined) return entry.action === 'grant' ? 'taken-back' : 'none';
  if (!grant.body.invitation) return 'none';
  if (hasTaken(view, node.self, grant)) return 'taken-up';
  // The grant that makes the key an invitation may still count: a revoke of the key takes what is vouched for from now on.
  if (grant.body.keys.every((key) => revokeOf(node.ledger, key, id) !== undefined)) return 'taken-back';
  const endedAtMs = grant.entry.expiresAtMs;
  return endedAtMs !== undefined && nowMs > endedAtMs ? { endedAtMs } : 'ready';
}

/**
 * Uses an invitation whose grant has arrived: this node writes its own grant or admission, vouched for by the invited key, and needs no
 * operator to be there. Rejects with WireError when it is no invitation that stands, or its own ledger refuses what it wrote.
 */
export async function takeUpInvitation(
  runtime: NodeRuntime,
  keys: Keys,
  invitation: Invitation,
  name: string,
): Promise<void> {
  const { node, identity } = runtime;
  const view = node.view();
  const grant = view.grants.find(({ entry }) => entry.id === invitation.grant);
  if (grant === undefined)
    throw new WireError('the link names something that is no invitation, or not any more');
  if (hasTaken(view, identity.id, grant)) return;
  const { roles, mayGrant, place } = grant.body;
  const guest = await keys.fromSeed(invitation.seed);
  const signature = await guest.sign(voucherMessage(node.ledger.fleet, identity.id));
  const voucher = voucherField({ key: guest.id, signature });
  if (place !== undefined) {
    await runtime.write({
      action: 'admit',
      path: admissionPath(identity.id),
      parents: [],
      grant: invitation.grant,
      body: { ...admissionBody({ device: identity.id, name, ...place }), ...voucher },
    });
    return;
  }
  const inviter = view.grants.find(({ entry }) => entry.id === grant.entry.grant);
  await runtime.write({
    action: 'grant',
    path: grant.entry.path,
    parents: [],
    grant: invitation.grant,
    // A right does not outlast the one that it comes from (L5).
    expiresAtMs: inviter?.entry.expiresAtMs,
    body: {
      ...grantBody({
        keys: [identity.id],
        threshold: 1,
        name,
        roles,
        mayGrant,
        invitation: false,
        place: undefined,
      }),
      ...voucher,
    },
  });
}

function hasTaken(view: View, self: NodeId, { entry, body }: View['grants'][number]): boolean {
  if (body.place !== undefined) return view.devices.has(self);
  return view.grants.some(
    (own) =>
      own.body.keys.includes(self) &&
      !own.body.invitation &&
      isWithin(entry.path, own.entry.path) &&
      body.roles.every((role) => own.body.roles.includes(role)),
  );
}
