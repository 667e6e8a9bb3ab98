import { revokeOf } from '../core/ledger/revoked-holders.ts';
import type { View } from '../core/ledger/view.ts';
import type { Node } from '../core/node/node.ts';
import type { EntryId, NodeId } from '../core/wire/encoding/ids.ts';
import type { Entry } from '../core/wire/entry/entry.ts';
import { type GrantBody, readGrantBody } from '../core/wire/entry/grant.ts';
import type { NamedKey, RootModel } from './authority-model.ts';
import type { PersonRow, Role } from './model.ts';
import type { AuthorityEntries } from './projection/authority-entries.ts';

/** A key that a grant names. */
export interface GrantedKey {
  readonly grant: Entry;
  readonly row: PersonRow;
}

/** Everybody whom a grant names, those whose grant counts no more included: who has lost rights must be seen too. */
export function grantedKeys(node: Node, authority: AuthorityEntries, nowMs: number): GrantedKey[] {
  const view = node.view();
  return authority.grants.flatMap((grant) => {
    const body = readGrantBody(grant.body);
    // An invitation that was taken up is told by the person who took it.
    return body.keys
      .filter((id) => !(body.invitation && body.place === undefined && authority.vouchers.has(id)))
      .map((id): GrantedKey => {
        const row: PersonRow = {
          id,
          name: body.name,
          kind: body.invitation ? 'invitation' : 'person',
          roles: rolesBy(body, view.rootKeys.includes(id)),
          path: grant.path,
          grantedBy: grant.grant === undefined ? '' : nameOfPerson(node, granterOf(node, grant)),
          mayGrant: body.mayGrant,
          standing: standingOf(node, authority, grant, id, nowMs),
          grantedAtMs: grant.timeMs,
          self: id === node.self,
        };
        return { grant, row };
      });
  });
}

/** What the key may still use: what grants give it and no revoke takes back. */
export function standingRoles(node: Node, authority: AuthorityEntries, key: NodeId): readonly Role[] {
  const view = node.view();
  const roles = new Set<Role>(view.rootKeys.includes(key) ? ['root'] : []);
  for (const { entry, body } of view.grants)
    if (
      body.keys.includes(key) &&
      !body.invitation &&
      revokeAmong(node, authority, key, entry.id) === undefined
    )
      for (const role of body.roles) roles.add(role);
  return [...roles];
}

/** Asks the revokes alone: of all entries it would be asked for every grant. */
function revokeAmong({ ledger }: Node, { revokes }: AuthorityEntries, key: NodeId, grant: EntryId) {
  return revokeOf({ ...ledger, entries: () => revokes }, key, grant);
}

export function projectRoot(node: Node): RootModel {
  const view = node.view();
  return {
    version: view.rootVersion,
    threshold: view.rootThreshold,
    keys: view.rootKeys.map((id) => namedKey(node, id)),
    forkedAt: view.rootForkedAt,
    quarantined: Array.from(view.quarantined, ([author, proof]) => ({
      author: namedKey(node, author),
      proof,
    })),
  };
}

export function namedKey(node: Node, id: NodeId): NamedKey {
  return { id, name: nameOfPerson(node, id), self: id === node.self };
}

function rolesBy(body: GrantBody, root: boolean): readonly Role[] {
  return root ? ['root', ...body.roles] : body.roles;
}

/** A guest writes its own grant: what let it in is the invitation, and who wrote that gave the rights. */
function granterOf(node: Node, entry: Entry): NodeId {
  const under = entry.grant === undefined ? undefined : node.ledger.accepted(entry.grant);
  return under !== undefined && readGrantBody(under.body).invitation ? under.author : entry.author;
}

function standingOf(
  node: Node,
  authority: AuthorityEntries,
  entry: Entry,
  key: NodeId,
  nowMs: number,
): PersonRow['standing'] {
  if (node.ledger.standing(entry.id)?.type !== 'effective') return 'void';
  if (revokeAmong(node, authority, key, entry.id) !== undefined) return 'revoked';
  if (node.view().quarantined.has(key)) return 'quarantined';
  return entry.expiresAtMs !== undefined && entry.expiresAtMs < nowMs ? 'expired' : 'counts';
}

/** The name that a grant or an admission gives the key; its first characters where none does. */
export function nameOfPerson(node: Node, key: NodeId): string {
  const view = node.view();
  return namesGranted(view.grants).get(key) ?? view.devices.get(key)?.body.name ?? key.slice(0, 8);
}

/** A view has the same list of grants until one of them comes or goes. */
const named = new WeakMap<View['grants'], ReadonlyMap<NodeId, string>>();

function namesGranted(grants: View['grants']): ReadonlyMap<NodeId, string> {
  const known = named.get(grants);
  if (known !== undefined) return known;
  const names = new Map<NodeId, string>();
  for (const { body } of grants)
    if (!body.invitation) for (const key of body.keys) if (!names.has(key)) names.set(key, body.name);
  named.set(grants, names);
  return names;
}
