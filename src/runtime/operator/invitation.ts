import type { EntryId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { FOLDERS } from '../../core/wire/entry/folders.ts';
import { grantBody, type HeardRole } from '../../core/wire/entry/grant.ts';
import { checkPath, isWithin } from '../../core/wire/entry/path.ts';
import type { Keys } from '../../ports/keys.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { standingGrantsOf } from './authority-actions.ts';

export interface PersonInvitation {
  readonly seed: Uint8Array;
  readonly name: string;
  readonly roles: readonly HeardRole[];
  /** Where the roles reach: "/", or for releases alone a path below /releases. */
  readonly path: string;
  readonly mayGrant: boolean;
  readonly expiresAtMs: number | undefined;
  /** The grant to write it under; undefined takes the one that covers it, nearest the root. */
  readonly under?: EntryId;
}

/** Writes an invitation for one person; its seed stands in the link or the backup alone. */
export async function writePersonInvitation(
  runtime: NodeRuntime,
  keys: Keys,
  invitation: PersonInvitation,
): Promise<EntryId> {
  const path = checkPath(invitation.path);
  if (invitation.roles.length === 0) throw new WireError('Choose what the person may do.');
  if (path !== '/' && (invitation.roles.join() !== 'release' || !isWithin(path, FOLDERS.releases)))
    throw new WireError(
      'Only publishing can be limited to a path, and it lies below /releases: /releases/menu for the product menu.',
    );
  const guest = await keys.fromSeed(invitation.seed);
  return runtime.write({
    action: 'grant',
    path,
    parents: [],
    grant: invitation.under ?? grantingCapability(runtime, invitation.roles, path),
    expiresAtMs: invitation.expiresAtMs,
    body: grantBody({
      keys: [guest.id],
      threshold: 1,
      name: invitation.name,
      roles: invitation.roles,
      mayGrant: invitation.mayGrant,
      invitation: true,
      place: undefined,
    }),
  });
}

/** A grant of this browser that may pass the roles on, else the root where one key is enough; undefined names the root. */
function grantingCapability(
  { node, identity }: NodeRuntime,
  roles: readonly HeardRole[],
  path: string,
): EntryId | undefined {
  const { ledger } = node;
  const grant = standingGrantsOf(ledger, identity.id).find(
    ({ entry, body }) =>
      body.mayGrant && isWithin(path, entry.path) && roles.every((role) => body.roles.includes(role)),
  );
  if (grant !== undefined) return grant.entry.id;
  const { rootKeys, rootThreshold } = ledger.view;
  if (rootThreshold === 1 && rootKeys.includes(identity.id)) return undefined;
  throw new WireError(
    rootKeys.includes(identity.id)
      ? `This key alone may not grant ${roles.join(' and ')}: the root needs ${rootThreshold} of its ${rootKeys.length} keys, and no grant of this browser passes these roles on.`
      : `This browser's key may not pass on ${roles.join(' and ')}. Ask somebody who may.`,
  );
}
