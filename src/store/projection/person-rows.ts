import type { Node } from '../../core/node/node.ts';
import type { RootModel } from '../authority-model.ts';
import type { PersonRow, Role } from '../model.ts';
import { type GrantedKey, grantedKeys, projectRoot, standingRoles } from '../project-people.ts';
import { createAuthorityEntries } from './authority-entries.ts';
import type { Look } from './look.ts';
import { shareEqual, shareList } from './structural-sharing.ts';

/** Who may do what, as the ledger settles it. It changes with the ledger, and when a grant runs out. */
export interface PersonRows {
  look(look: Look): {
    readonly people: readonly PersonRow[];
    readonly root: RootModel;
    readonly ownRoles: readonly Role[];
  };
}

export function createPersonRows(node: Node): PersonRows {
  const authority = createAuthorityEntries(node.ledger);
  const known = new Map<string, PersonRow>();
  let people: readonly PersonRow[] = [];
  let root = projectRoot(node);
  let ownRoles: readonly Role[] = [];
  let nextEndMs = Number.POSITIVE_INFINITY;

  const share = ({ grant, row }: GrantedKey): PersonRow => {
    const key = `${grant.id} ${row.id}`;
    const shared = shareEqual(known.get(key), row);
    known.set(key, shared);
    return shared;
  };

  return {
    look: ({ now, ledgerGrew, wallWentBack }) => {
      const nowMs = now.wallMs;
      if (!ledgerGrew && !wallWentBack && nowMs <= nextEndMs) return { people, root, ownRoles };
      const written = authority();
      const ends = written.grants.map(({ expiresAtMs }) => expiresAtMs ?? Number.POSITIVE_INFINITY);
      nextEndMs = ends.reduce(
        (soonest, endMs) => (endMs >= nowMs ? Math.min(soonest, endMs) : soonest),
        Number.POSITIVE_INFINITY,
      );
      people = shareList(people, grantedKeys(node, written, nowMs).map(share));
      root = shareEqual(root, projectRoot(node));
      ownRoles = shareEqual(ownRoles, standingRoles(node, written, node.self));
      return { people, root, ownRoles };
    },
  };
}
