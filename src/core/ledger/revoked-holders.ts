import type { Entry } from '../wire/entry.ts';
import { readGrantBody } from '../wire/grant.ts';
import type { EntryId, NodeId } from '../wire/ids.ts';
import { isWithin } from '../wire/path.ts';
import { readRevokeBody } from '../wire/revoke.ts';
import { isAuthority, referencesOf } from './references.ts';
import type { Standing } from './standing.ts';

/** What of a ledger the question is asked of. */
interface Authorities {
  entries(): readonly Entry[];
  accepted(id: EntryId): Entry | undefined;
  standing(id: EntryId): Standing | undefined;
}

/**
 * The revoke that voids whatever `key` signs under `grant` from now on; undefined when it may go on. The grant itself may still
 * count, since a revoke spares the past (L12): a page that shows rights must ask this too.
 */
export function revokeOf(ledger: Authorities, key: NodeId, grant: EntryId): EntryId | undefined {
  const scope = ledger.accepted(grant)?.path ?? '/';
  const above = capabilitiesAbove(ledger, grant);
  return ledger
    .entries()
    .find(
      (entry) =>
        entry.action === 'revoke' &&
        readRevokeBody(entry.body).key === key &&
        above.includes(entry.grant) &&
        isWithin(scope, entry.path) &&
        ledger.standing(entry.id)?.type === 'effective' &&
        !reaches(ledger, grant, entry.id),
    )?.id;
}

/** The grants strictly above this one, nearest first, and last the root, `undefined`. */
export function capabilitiesAbove(
  ledger: Pick<Authorities, 'accepted'>,
  grant: EntryId,
): readonly (EntryId | undefined)[] {
  const chain: (EntryId | undefined)[] = [];
  for (let at: EntryId | undefined = grant; at !== undefined; ) {
    at = ledger.accepted(at)?.grant;
    chain.push(at);
  }
  return chain;
}

/** Grants that name the key, in whatever standing, invitations among them. */
export function grantsNaming(ledger: Pick<Authorities, 'entries'>, key: NodeId): readonly Entry[] {
  return ledger
    .entries()
    .filter((entry) => entry.action === 'grant' && readGrantBody(entry.body).keys.includes(key));
}

function reaches(ledger: Pick<Authorities, 'accepted'>, from: EntryId, to: EntryId): boolean {
  const seen = new Set<EntryId>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    const entry = seen.has(id) ? undefined : ledger.accepted(id);
    seen.add(id);
    // An entry of authority names the newest authority that its author knew: the way to a revoke never leaves them.
    if (entry !== undefined && (isAuthority(entry) || id === from)) open.push(...referencesOf(entry));
  }
  return false;
}
