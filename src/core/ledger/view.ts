import { type AdmissionBody, readAdmissionBody } from '../wire/admission.ts';
import { compareBytes } from '../wire/cbor.ts';
import type { Entry } from '../wire/entry.ts';
import { readRootBody } from '../wire/genesis.ts';
import { type GrantBody, readGrantBody } from '../wire/grant.ts';
import { bytesOfId, type EntryId, type NodeId, type ReleaseId } from '../wire/ids.ts';
import { type ReleaseManifest, readReleaseBody } from '../wire/release.ts';
import { type RolloutBody, readRolloutBody, rolloutNumber } from '../wire/rollout.ts';

/** What the accepted entries say, after conflicts are settled. A function of the set of entries. */
export interface View {
  readonly fleetName: string;
  readonly rootKeys: readonly NodeId[];
  readonly grants: readonly { readonly entry: Entry; readonly body: GrantBody }[];
  readonly devices: ReadonlyMap<NodeId, { readonly entry: Entry; readonly body: AdmissionBody }>;
  readonly releases: ReadonlyMap<ReleaseId, { readonly entry: Entry; readonly manifest: ReleaseManifest }>;
  /** By rising number; of two at one number the winner alone. */
  readonly rollouts: readonly StandingRollout[];
}

export interface StandingRollout {
  readonly entry: Entry;
  readonly number: number;
  readonly body: RolloutBody;
}

export function foldView(entries: readonly Entry[]): View {
  const winners = new Map<string, Entry>();
  const devices = new Map<NodeId, { entry: Entry; body: AdmissionBody }>();
  const releases = new Map<ReleaseId, { entry: Entry; manifest: ReleaseManifest }>();
  const grants: { entry: Entry; body: GrantBody }[] = [];
  let fleetName = '';
  let rootKeys: readonly NodeId[] = [];
  const parented = new Set(entries.flatMap((entry) => entry.parents));
  for (const entry of entries) {
    if (entry.action === 'root') ({ fleetName, keys: rootKeys } = readRootBody(entry.body));
    else if (entry.action === 'grant') grants.push({ entry, body: readGrantBody(entry.body) });
    else if (entry.action === 'create' && entry.path.startsWith('/releases/'))
      releases.set(entry.id, { entry, manifest: readReleaseBody(entry.body) });
    else if (entry.action === 'admit' || entry.action === 'create') {
      const rival = winners.get(entry.path);
      if (rival === undefined || beats(entry, rival, parented)) winners.set(entry.path, entry);
    }
  }
  const rollouts: StandingRollout[] = [];
  for (const entry of winners.values()) {
    if (entry.action === 'admit') {
      const body = readAdmissionBody(entry.body);
      devices.set(body.device, { entry, body });
    } else {
      const number = rolloutNumber(entry.path);
      if (number !== undefined) rollouts.push({ entry, number, body: readRolloutBody(entry.body) });
    }
  }
  rollouts.sort((a, b) => a.number - b.number);
  return { fleetName, rootKeys, grants, devices, releases, rollouts };
}

/** Of two entries at one path, a head beats what it follows; of two heads, the greater hash wins, everywhere the same. */
function beats(entry: Entry, rival: Entry, parented: ReadonlySet<EntryId>): boolean {
  const head = !parented.has(entry.id);
  if (head !== !parented.has(rival.id)) return head;
  return compareBytes(bytesOfId(entry.id), bytesOfId(rival.id)) > 0;
}

/** The roles that a key holds, by root or by grant. Invitations hold none. */
export function rolesOf(view: View, node: NodeId): readonly ('root' | GrantBody['roles'][number])[] {
  const roles = new Set<'root' | GrantBody['roles'][number]>(view.rootKeys.includes(node) ? ['root'] : []);
  for (const { body } of view.grants)
    if (body.key === node && !body.invitation) for (const role of body.roles) roles.add(role);
  return [...roles];
}

/** The grant under which `node` may use `role` everywhere; undefined when it has none. */
export function grantFor(view: View, node: NodeId, role: GrantBody['roles'][number]): EntryId | undefined {
  return view.grants.find(
    ({ entry, body }) =>
      body.key === node && !body.invitation && entry.path === '/' && body.roles.includes(role),
  )?.entry.id;
}
