import { revokeOf } from '../../core/ledger/revoked-holders.ts';
import type { EntryId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { GrantedRole } from '../../core/wire/entry/grant.ts';
import { isWithin } from '../../core/wire/entry/path.ts';
import type { NodeRuntime } from '../node-runtime.ts';

/**
 * The grant under which this browser alone may use `role` at `path`. Throws WireError where it has none, or where the key was
 * revoked: what it signs would be taken in and count nowhere.
 */
export function ownGrant({ node, identity }: NodeRuntime, role: GrantedRole, path = '/'): EntryId {
  const { ledger } = node;
  const held = ledger.view.grants.filter(
    ({ entry, body }) =>
      body.keys.includes(identity.id) &&
      body.threshold === 1 &&
      !body.invitation &&
      body.roles.includes(role) &&
      isWithin(path, entry.path),
  );
  const standing = held.find(({ entry }) => revokeOf(ledger, identity.id, entry.id) === undefined);
  if (standing !== undefined) return standing.entry.id;
  const act = role === 'release' ? 'publish releases' : 'operate';
  throw new WireError(
    held.length > 0
      ? `This browser's key was revoked: what it signs would count nowhere. Ask for a new invitation to ${act}.`
      : `This browser's key may not ${act} at ${path}. Ask an operator for an invitation that covers it.`,
  );
}
