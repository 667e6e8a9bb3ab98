import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { readGrantBody } from '../wire/entry/grant.ts';
import { isWithin } from '../wire/entry/path.ts';
import { readRevokeBody } from '../wire/entry/revoke.ts';
import type { Ledger } from './ledger.ts';

/** What of a ledger the question is asked of. */
type Authorities = Pick<Ledger, 'entries' | 'accepted' | 'countsAt' | 'reaches'>;

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
        ledger.countsAt(entry.id, scope) &&
        !ledger.reaches(grant, entry.id),
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
