import { rolesOf } from '../core/ledger/view.ts';
import type { Node } from '../core/node/node.ts';
import type { NodeId } from '../core/wire/ids.ts';
import type { PersonRow } from './model.ts';

export function projectPeople(node: Node): PersonRow[] {
  const view = node.view();
  return view.grants
    .filter(({ body }) => !body.invitation)
    .flatMap(({ entry, body }) =>
      body.keys.map((id) => ({
        id,
        name: body.name,
        roles: rolesOf(view, id),
        path: entry.path,
        grantedAtMs: entry.timeMs,
        self: id === node.self,
      })),
    );
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
