import { admissionBody, admissionPath } from '../core/wire/admission.ts';
import { grantBody, voucherField, voucherMessage } from '../core/wire/grant.ts';
import type { EntryId } from '../core/wire/ids.ts';
import type { Keys } from '../ports/keys.ts';
import type { NodeRuntime } from './node-runtime.ts';

/**
 * Uses an invitation once its grant has arrived: this node writes its own grant or admission, vouched for by the invited
 * key, and needs no operator to be there. Resolves when it is written, or when this node is in already.
 */
export async function takeUpInvitation(
  runtime: NodeRuntime,
  keys: Keys,
  invitation: { readonly grant: EntryId; readonly seed: Uint8Array },
  name: string,
): Promise<void> {
  const { node, identity } = runtime;
  await untilAccepted(runtime, invitation.grant);
  const grant = node.view().grants.find(({ entry }) => entry.id === invitation.grant);
  if (grant === undefined) throw new Error('the link names something that is not an invitation');
  const { roles, mayGrant, place } = grant.body;
  const guest = await keys.fromSeed(invitation.seed);
  const signature = await guest.sign(voucherMessage(node.ledger.fleet, identity.id));
  const voucher = voucherField({ key: guest.id, signature });
  if (place !== undefined) {
    if (node.view().devices.has(identity.id)) return;
    await runtime.write({
      action: 'admit',
      path: admissionPath(identity.id),
      parents: [],
      grant: invitation.grant,
      body: { ...admissionBody({ device: identity.id, name, ...place }), ...voucher },
    });
    return;
  }
  if (node.view().grants.some(({ body }) => body.keys.includes(identity.id))) return;
  await runtime.write({
    action: 'grant',
    path: grant.entry.path,
    parents: [],
    grant: invitation.grant,
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

function untilAccepted(runtime: NodeRuntime, id: EntryId): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (runtime.node.ledger.accepted(id) === undefined) return;
      stop();
      resolve();
    };
    const stop = runtime.subscribe(look);
    look();
  });
}
