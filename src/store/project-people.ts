import { revokeOf } from '../core/ledger/revoked-holders.ts';
import type { Node } from '../core/node/node.ts';
import type { NodeId } from '../core/wire/encoding/ids.ts';
import type { Entry } from '../core/wire/entry/entry.ts';
import { type GrantBody, readGrantBody, readVoucher } from '../core/wire/entry/grant.ts';
import type { NamedKey, RootModel } from './authority-model.ts';
import type { PersonRow, Role } from './model.ts';

/** Everybody whom a grant names, those whose grant counts no more included: who has lost rights must be seen too. */
export function projectPeople(node: Node, nowMs: number): PersonRow[] {
  const { ledger } = node;
  const view = node.view();
  const taken = new Set(ledger.entries().map(({ body }) => readVoucher(body)?.key));
  return ledger
    .entries()
    .filter(({ action }) => action === 'grant')
    .flatMap((entry) => {
      const body = readGrantBody(entry.body);
      // An invitation that was taken up is told by the person who took it.
      return body.keys
        .filter((id) => !(body.invitation && body.place === undefined && taken.has(id)))
        .map((id) => ({
          id,
          name: body.name,
          kind: body.invitation ? ('invitation' as const) : ('person' as const),
          roles: rolesBy(body, view.rootKeys.includes(id)),
          path: entry.path,
          grantedBy: entry.grant === undefined ? '' : nameOfPerson(node, granterOf(node, entry)),
          mayGrant: body.mayGrant,
          standing: standingOf(node, entry, id, nowMs),
          grantedAtMs: entry.timeMs,
          self: id === node.self,
        }));
    });
}

/** What the key may still use: what grants give it and no revoke takes back. */
export function standingRoles(node: Node, key: NodeId): readonly Role[] {
  const view = node.view();
  const roles = new Set<Role>(view.rootKeys.includes(key) ? ['root'] : []);
  for (const { entry, body } of view.grants)
    if (body.keys.includes(key) && !body.invitation && revokeOf(node.ledger, key, entry.id) === undefined)
      for (const role of body.roles) roles.add(role);
  return [...roles];
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

function standingOf(node: Node, entry: Entry, key: NodeId, nowMs: number): PersonRow['standing'] {
  const { ledger } = node;
  if (ledger.standing(entry.id)?.type !== 'effective') return 'void';
  if (revokeOf(ledger, key, entry.id) !== undefined) return 'revoked';
  if (node.view().quarantined.has(key)) return 'quarantined';
  return entry.expiresAtMs !== undefined && entry.expiresAtMs < nowMs ? 'expired' : 'counts';
}

/** The name that a grant or an admission gives the key; its first characters where none does. */
export function nameOfPerson(node: Node, key: NodeId): string {
  const view = node.view();
  return (
    view.grants.find(({ body }) => body.keys.includes(key) && !body.invitation)?.body.name ??
    view.devices.get(key)?.body.name ??
    key.slice(0, 8)
  );
}
