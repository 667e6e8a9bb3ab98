import type { EntryId, NodeId, ReleaseId } from '../wire/encoding/ids.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import type { GrantBody, GrantedRole, HeardRole } from '../wire/entry/grant.ts';
import { isWithin } from '../wire/entry/path.ts';
import type { ReleaseManifest } from '../wire/entry/release.ts';
import { type ReadRolloutBody, rolloutNumber } from '../wire/entry/rollout.ts';
import { readSlinkBody } from '../wire/entry/tree.ts';
import { isOfKind, PATH_KINDS, type PathKind } from './path-kinds.ts';
import type { PathValue } from './path-rule.ts';

/** What the fleet's entries say, after authority and conflicts are settled. A function of the set of entries. */
export interface View {
  readonly fleetName: string;
  readonly rootVersion: number;
  readonly rootThreshold: number;
  readonly rootKeys: readonly NodeId[];
  /** The version of the root that stands twice; undefined when all is well. */
  readonly rootForkedAt: number | undefined;
  /** Grants that count, invitations among them. */
  readonly grants: readonly StandingGrant[];
  readonly quarantined: ReadonlyMap<NodeId, readonly [EntryId, EntryId]>;
  readonly devices: ReadonlyMap<NodeId, { readonly entry: Entry; readonly body: AdmissionBody }>;
  readonly releases: ReadonlyMap<ReleaseId, { readonly entry: Entry; readonly manifest: ReleaseManifest }>;
  /** By rising number; of two at one number the winner alone. */
  readonly rollouts: readonly StandingRollout[];
  /** The value at a path, symbolic links followed; undefined where there is none. */
  get(path: string): PathValue | undefined;
  /** Names right below a path, sorted. */
  children(path: string): readonly string[];
  /** Paths that have a value at or below `scope`, sorted. */
  paths(scope: string): readonly string[];
}

export interface StandingGrant {
  readonly entry: Entry;
  readonly body: GrantBody;
}

export interface StandingRollout {
  readonly entry: Entry;
  readonly number: number;
  readonly body: ReadRolloutBody;
}

/** The part of the view that hangs on paths, kept up as paths change. */
export interface Tree {
  readonly devices: View['devices'];
  readonly releases: View['releases'];
  rollouts(): readonly StandingRollout[];
  value(path: string): PathValue | undefined;
  get: View['get'];
  children: View['children'];
  paths: View['paths'];
  set(path: string, value: PathValue | undefined): void;
}

/** A guess: symbolic links in a row; a ring of links reads as nothing. */
const MAX_LINKS = 8;

export function createTree(): Tree {
  const values = new Map<string, PathValue>();
  const names = new Map<string, Map<string, number>>();
  const devices = createShelf(PATH_KINDS.admission, ({ setBy }, body) => [
    body.device,
    { entry: setBy, body },
  ]);
  const releases = createShelf(PATH_KINDS.release, ({ content }, manifest) => [
    content.id as ReleaseId,
    { entry: content, manifest },
  ]);
  const rollouts = createShelf(PATH_KINDS.rollout, ({ setBy }, body, path): [string, StandingRollout] => [
    path,
    { entry: setBy, number: rolloutNumber(path)!, body },
  ]);
  let sorted: readonly StandingRollout[] | undefined;

  const countNames = (path: string, change: 1 | -1) => {
    for (let at = path; at !== '/'; ) {
      const slash = at.lastIndexOf('/');
      const parent = slash === 0 ? '/' : at.slice(0, slash);
      const name = at.slice(slash + 1);
      const siblings = names.get(parent) ?? new Map<string, number>();
      const count = (siblings.get(name) ?? 0) + change;
      if (count === 0) siblings.delete(name);
      else siblings.set(name, count);
      names.set(parent, siblings);
      at = parent;
    }
  };

  const get = (path: string): PathValue | undefined => {
    let at = path;
    for (let links = 0; links <= MAX_LINKS; links++) {
      const value = values.get(at);
      if (value?.content.action !== 'slink') return value;
      at = readSlinkBody(value.content.body);
    }
    return undefined;
  };

  return {
    devices: devices.items,
    releases: releases.items,
    rollouts: () => (sorted ??= [...rollouts.items.values()].sort((a, b) => a.number - b.number)),
    value: (path) => values.get(path),
    get,
    children: (path) => [...(names.get(path)?.keys() ?? [])].sort(),
    paths: (scope) => [...values.keys()].filter((path) => isWithin(path, scope)).sort(),
    set: (path, value) => {
      const before = values.get(path);
      if (before === undefined && value !== undefined) countNames(path, 1);
      if (before !== undefined && value === undefined) countNames(path, -1);
      if (value === undefined) values.delete(path);
      else values.set(path, value);
      devices.set(path, before, value);
      releases.set(path, before, value);
      if (rollouts.set(path, before, value)) sorted = undefined;
    },
  };
}

/** What stands at the paths of one kind, by whatever it is asked for. */
interface Shelf<Key, Item> {
  readonly items: ReadonlyMap<Key, Item>;
  /** Says whether the path is one of its kind. */
  set(path: string, before: PathValue | undefined, after: PathValue | undefined): boolean;
}

function createShelf<Body, Key, Item>(
  kind: PathKind<Body>,
  labelled: (value: PathValue, body: Body, path: string) => readonly [Key, Item],
): Shelf<Key, Item> {
  const items = new Map<Key, Item>();
  /**
   * What a path says to devices is read only from entries that were judged as such for this very path. Attack (mix-and-match): a
   * directory, a link or an entry of another path whose body has the fields of a release of any product and counter.
   */
  const at = (path: string, value: PathValue | undefined) =>
    value?.content.path === path && isOfKind(value.content, kind)
      ? labelled(value, kind.read(value.content), path)
      : undefined;
  return {
    items,
    set: (path, before, after) => {
      const gone = at(path, before);
      if (gone !== undefined) items.delete(gone[0]);
      const here = at(path, after);
      if (here !== undefined) items.set(...here);
      return gone !== undefined || here !== undefined;
    },
  };
}

/** The roles that a key holds alone, by root or by grant. Invitations hold none. */
export function rolesOf(view: View, node: NodeId): readonly ('root' | HeardRole)[] {
  const roles = new Set<'root' | HeardRole>(view.rootKeys.includes(node) ? ['root'] : []);
  for (const { body } of view.grants)
    if (body.keys.includes(node) && !body.invitation) for (const role of body.roles) roles.add(role);
  return [...roles];
}

/**
 * Whether the fleet has taken the node in: as a device, as a root key, or as holder of a grant. An author of two entries with one number
 * is out until an ack. An invitation's key is nobody's.
 */
export function isMember(view: View, node: NodeId): boolean {
  return !view.quarantined.has(node) && isOfFleet(view, node);
}

/** As `isMember`, and those that are quarantined too: they are known, and no more than the ledger has taken in. */
export function isOfFleet(view: View, node: NodeId): boolean {
  return (
    view.devices.has(node) ||
    view.rootKeys.includes(node) ||
    view.grants.some(({ body }) => !body.invitation && body.keys.includes(node))
  );
}

/** The grant under which `node` alone may use `role` at `path`; undefined when it has none. */
export function grantFor(view: View, node: NodeId, role: GrantedRole, path = '/'): EntryId | undefined {
  return view.grants.find(
    ({ entry, body }) =>
      body.keys.includes(node) &&
      body.threshold === 1 &&
      !body.invitation &&
      isWithin(path, entry.path) &&
      body.roles.includes(role),
  )?.entry.id;
}
