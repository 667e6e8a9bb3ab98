import type { EntryId, NodeId } from '../../wire/encoding/ids.ts';
import { WireError } from '../../wire/encoding/refusal.ts';
import type { Entry } from '../../wire/entry/entry.ts';
import { type RootBody, readRootBody } from '../../wire/entry/genesis.ts';
import { type GrantBody, readGrantBody } from '../../wire/entry/grant.ts';
import { isWithin } from '../../wire/entry/path.ts';
import { readReleaseBody } from '../../wire/entry/release.ts';
import { readAckBody, readRevokeBody } from '../../wire/entry/revoke.ts';
import { readRolloutBody } from '../../wire/entry/rollout.ts';
import {
  readLinkBody,
  readModeBody,
  readRevertBody,
  readSlinkBody,
  readValueBody,
} from '../../wire/entry/tree.ts';
import type { ReceivedEntry } from '../accepted.ts';

export interface NaiveVerdicts {
  /** The accepted ones. */
  readonly entries: ReadonlyMap<EntryId, Entry>;
  /** The entry and all that it reaches. */
  pastOf(id: EntryId): ReadonlySet<EntryId>;
  /** The newest root in the past of the entry. */
  rootOf(id: EntryId): Entry;
  rootBody(entry: Entry): RootBody;
  grantBody(entry: Entry): GrantBody;
}

/** L1 to L9 for the histories that random-history.ts makes: no invitations and no expiry, which have tests of their own. */
export function createNaiveVerdicts(received: readonly ReceivedEntry[]): NaiveVerdicts {
  const byId = new Map(received.map(({ entry }) => [entry.id, entry]));
  const genesis = received.find(({ entry }) => entry.fleet === undefined)!.entry;
  const entries = new Map<EntryId, Entry>();
  const pasts = new Map<EntryId, Set<EntryId>>();

  const references = (entry: Entry): readonly EntryId[] =>
    [entry.fleet, entry.grant, ...entry.parents, ...entry.authority, ...named(entry)].filter(
      (id) => id !== undefined,
    );
  const pastOf = (id: EntryId): ReadonlySet<EntryId> => {
    const known = pasts.get(id);
    if (known !== undefined) return known;
    const past = new Set([id]);
    for (const reference of references(byId.get(id)!)) for (const item of pastOf(reference)) past.add(item);
    pasts.set(id, past);
    return past;
  };
  const rootOf = (id: EntryId): Entry =>
    [...pastOf(id)]
      .map((item) => byId.get(item)!)
      .filter((entry) => entry.action === 'root' && entry.id !== id)
      .sort((a, b) => versionOf(a) - versionOf(b) || (a.id < b.id ? -1 : 1))
      .at(-1)!;

  const isAuthorised = (entry: Entry): boolean => {
    if (entry === genesis) return true;
    const root = rootOf(entry.id);
    const keys = readRootBody(root.body);
    if (entry.action === 'root') {
      const next = readRootBody(entry.body);
      return (
        entry.path === '/' &&
        entry.parents.length === 1 &&
        entry.parents[0] === root.id &&
        next.version === keys.version + 1 &&
        signedBy(entry, keys) &&
        signedBy(entry, next)
      );
    }
    if (entry.grant === undefined)
      return (
        ['grant', 'revoke', 'ack'].includes(entry.action) &&
        keys.keys.includes(entry.author) &&
        signedBy(entry, keys)
      );
    const under = entries.get(entry.grant)!;
    if (under.action !== 'grant') return false;
    const grant = readGrantBody(under.body);
    return (
      grant.keys.includes(entry.author) &&
      signedBy(entry, grant) &&
      isWithin(entry.path, under.path) &&
      mayAct(entry, grant) &&
      (entry.action !== 'grant' || depthOf(under) < 16)
    );
  };
  const depthOf = ({ grant }: Entry): number => (grant === undefined ? 1 : 1 + depthOf(entries.get(grant)!));

  const highestCounter = (entry: Entry): number =>
    Math.max(
      -1,
      ...entry.parents
        .map((id) => entries.get(id)!)
        .filter((parent) => parent.action === 'create' && parent.path.startsWith('/releases/'))
        .map((parent) => Math.max(parent.body.counter as number, highestCounter(parent))),
    );

  const isWellFormed = (entry: Entry): boolean => {
    const { body } = entry;
    const target = () => entries.get(entry.action === 'link' ? readLinkBody(body) : readRevertBody(body))!;
    switch (entry.action) {
      case 'root':
        return readRootBody(body) !== undefined;
      case 'grant':
        return readGrantBody(body) !== undefined;
      case 'revoke':
        return readRevokeBody(body) !== undefined;
      case 'ack':
        return readAckBody(body) !== undefined;
      case 'mode':
        return readModeBody(body) !== undefined;
      case 'slink':
        return readSlinkBody(body) !== undefined;
      case 'link':
        return target().action !== 'link' && target().action !== 'revert';
      case 'revert':
        return target().path === entry.path && target().action !== 'revert';
      case 'create':
      case 'update':
        if (entry.path.startsWith('/releases/')) {
          if (entry.action === 'update') return false;
          const { counter, product } = readReleaseBody(body);
          return entry.path === `/releases/${product}/${counter}` && counter > highestCounter(entry);
        }
        if (entry.path.startsWith('/rollouts/')) {
          const { release } = readRolloutBody(body);
          const named = entries.get(release);
          return (
            entry.parents.includes(release) &&
            named!.action === 'create' &&
            /^\/releases\/[^/]+\/[^/]+$/.test(named!.path)
          );
        }
        if (isLater(entry.path)) return true;
        return entry.content !== undefined || readValueBody(body) !== undefined;
      default:
        return true;
    }
  };

  const attempt = (check: () => boolean): boolean => {
    try {
      return check();
    } catch (error) {
      if (error instanceof WireError) return false;
      throw error;
    }
  };

  // What an entry refers to was written before it.
  for (const { entry } of received)
    if (
      references(entry).every((id) => entries.has(id)) &&
      attempt(() => isWellFormed(entry) && isAuthorised(entry))
    )
      entries.set(entry.id, entry);
  return {
    entries,
    pastOf,
    rootOf,
    rootBody: ({ body }) => readRootBody(body),
    grantBody: ({ body }) => readGrantBody(body),
  };
}

function named({ action, body }: Entry): readonly EntryId[] {
  if (action === 'revoke') return readRevokeBody(body).frontier;
  if (action === 'ack') return readAckBody(body).entries;
  if (action === 'revert') return [readRevertBody(body)];
  return action === 'link' ? [readLinkBody(body)] : [];
}

function signedBy(entry: Entry, { keys, threshold }: { keys: readonly NodeId[]; threshold: number }) {
  return keys.filter((key) => key === entry.author || entry.cosigners.includes(key)).length >= threshold;
}

function mayAct(entry: Entry, grant: GrantBody): boolean {
  if (entry.action === 'revoke' || entry.action === 'ack') return true;
  if (entry.action === 'grant') {
    const given = readGrantBody(entry.body).roles;
    return grant.mayGrant && given.every((role) => grant.roles.includes(role));
  }
  if (isLater(entry.path)) return grant.roles.some((role) => role !== 'beacon' && role !== 'device');
  return grant.roles.includes(isWithin(entry.path, '/releases') ? 'release' : 'operator');
}

/** In a folder that this version gives no meaning. */
function isLater(path: string): boolean {
  return !/^\/($|(config|devices|releases|rollouts|services)(\/|$))/.test(path);
}

function versionOf({ body }: Entry): number {
  return body.version as number;
}
