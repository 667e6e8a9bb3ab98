import type { EntryId, NodeId, ReleaseId } from '../wire/encoding/ids.ts';
import { type AdmissionBody, readAdmissionBody } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import type { GrantBody, GrantedRole } from '../wire/entry/grant.ts';
import { isWithin } from '../wire/entry/path.ts';
import { type ReleaseManifest, readReleaseBody } from '../wire/entry/release.ts';
import { type ReadRolloutBody, readRolloutBody, rolloutNumber } from '../wire/entry/rollout.ts';
import { readSlinkBody } from '../wire/entry/tree.ts';
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
  const devices = new Map<NodeId, { entry: Entry; body: AdmissionBody }>();
  const releases = new Map<ReleaseId, { entry: Entry; manifest: ReleaseManifest }>();
  const rollouts = new Map<string, StandingRollout>();
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

  const setTyped = (path: string, before: PathValue | undefined, after: PathValue | undefined) => {
    const gone = before && admissionAt(path, before);
    if (gone !== undefined) devices.delete(gone.device);
    const admitted = after && admissionAt(path, after);
    if (admitted !== undefined) devices.set(admitted.device, { entry: after!.setBy, body: admitted });
    if (before !== undefined && releaseAt(path, before) !== undefined) releases.delete(before.content.id);
    const manifest = after && releaseAt(path, after);
    if (manifest !== undefined) releases.set(after!.content.id, { entry: after!.content, manifest });
    const number = rolloutNumber(path);
    if (number === undefined) return;
    sorted = undefined;
    rollouts.delete(path);
    const rollout = after && rolloutAt(path, after);
    if (rollout !== undefined) rollouts.set(path, { entry: after!.setBy, number, body: rollout });
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
    devices,
    releases,
    rollouts: () => (sorted ??= [...rollouts.values()].sort((a, b) => a.number - b.number)),
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
      setTyped(path, before, value);
    },
  };
}

/**
 * What a path says to devices is read only from entries that were judged as such for this very path. Attack (mix-and-match): a
 * directory, a link or an entry of another path whose body has the fields of a release of any product and counter.
 */
function isJudgedAt(path: string, { content }: PathValue, ...actions: readonly string[]): boolean {
  return content.path === path && actions.includes(content.action);
}

function admissionAt(path: string, value: PathValue): AdmissionBody | undefined {
  return isJudgedAt(path, value, 'admit') ? readAdmissionBody(value.content.body) : undefined;
}

function releaseAt(path: string, value: PathValue): ReleaseManifest | undefined {
  return path.startsWith('/releases/') && isJudgedAt(path, value, 'create')
    ? readReleaseBody(value.content.body)
    : undefined;
}

function rolloutAt(path: string, value: PathValue): ReadRolloutBody | undefined {
  return rolloutNumber(path) !== undefined && isJudgedAt(path, value, 'create', 'update')
    ? readRolloutBody(value.content.body)
    : undefined;
}

/** The roles that a key holds alone, by root or by grant. Invitations hold none. */
export function rolesOf(view: View, node: NodeId): readonly ('root' | GrantedRole)[] {
  const roles = new Set<'root' | GrantedRole>(view.rootKeys.includes(node) ? ['root'] : []);
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
