import type { Preset } from '../core/node/node-config.ts';
import { wishedReleases } from '../core/rollout/wish.ts';
import type { JoinLink } from '../core/wire/contact/join-link.ts';
import type { ReleaseId } from '../core/wire/encoding/ids.ts';
import { WireError } from '../core/wire/encoding/refusal.ts';
import { bundleLayout } from '../core/wire/entry/release.ts';
import {
  loadMembership,
  type MembershipRecord,
  saveMembership,
  withLink,
} from '../runtime/joining/membership-record.ts';
import { createPendingInvitation, type PendingInvitation } from '../runtime/joining/pending-invitation.ts';
import { type NodeRuntime, startNode } from '../runtime/node-runtime.ts';
import type { RuntimePorts } from '../runtime/runtime-ports.ts';
import { wordsForInvitation } from '../store/invitation-words.ts';

/** A node that runs no releases: it keeps the ledger, and holds for the others what any device of the fleet is wished to run. */
export interface SeederSession {
  state(): SeederState;
  /** Called after anything of the state may have changed, and with what went wrong. */
  subscribe(listener: (trouble: string | undefined) => void): () => void;
  close(): Promise<void>;
}

export interface SeederState {
  /** Empty until the genesis entry has come. */
  readonly fleetName: string;
  readonly entries: number;
  readonly links: number;
  readonly roomsJoined: number;
  readonly releases: readonly SeededRelease[];
}

export interface SeededRelease {
  readonly product: string;
  readonly version: string;
  readonly bytesHere: number;
  readonly sizeBytes: number;
}

const IDENTITY = 'seeder';
/** A guess: a burst of entries is looked at once. Longer spares CPU, shorter fetches sooner. */
const FOLLOW_MS = 200;

/**
 * Joins by the link, or goes on in the fleet that the storage names. Throws WireError when there is neither, and when the link is of
 * another fleet than the storage.
 */
export async function openSeederSession(
  ports: RuntimePorts,
  address: { readonly link: JoinLink | undefined; readonly name: string },
  preset: Preset,
): Promise<SeederSession> {
  const membership = await membershipOf(ports, address);
  const runtime = await startNode(ports, {
    fleet: membership.fleet,
    identity: await ports.keys.identity(IDENTITY),
    signalingUrls: membership.signaling,
    watchedSites: [],
    preset,
    frame: undefined,
  });
  const listeners = new Set<(trouble: string | undefined) => void>();
  /** Trouble of the start, for the first who listens. */
  const early: string[] = [];
  const tell = (trouble: string | undefined) => {
    if (listeners.size === 0 && trouble !== undefined) early.push(trouble);
    for (const listener of listeners) listener(trouble);
  };
  let seeded: readonly ReleaseId[] = [];
  let cancel: (() => void) | undefined;
  let closed = false;

  const follow = () => {
    cancel = undefined;
    const view = runtime.node.view();
    const devices = Array.from(view.devices.values(), ({ body }) => body);
    const wished = [...wishedReleases(view, devices)].sort();
    if (wished.join() === seeded.join()) return;
    seeded = wished;
    runtime.seedOnly(wished);
    tell(undefined);
  };
  runtime.subscribe((event) => {
    if (closed) return;
    cancel ??= ports.clock.schedule(FOLLOW_MS, follow);
    tell(event.type === 'trouble' ? event.what : undefined);
  });
  follow();
  const { invitation, name } = membership;
  let pending: PendingInvitation | undefined;
  let said = '';
  const sayInvitation = () => {
    const state = pending?.state();
    if (state === undefined || state.type === 'awaited' || state.type === 'ready') return;
    const { title, text, needsAnother } = wordsForInvitation(state, 'this node');
    // What the clock says is in the text and would be said again and again.
    if (title !== said)
      tell(`${title}. ${text}${needsAnother === 'no' ? '' : ' For another one start it with --join.'}`);
    said = title;
  };
  if (invitation !== undefined)
    pending = createPendingInvitation({ runtime, ports, invitation, name, onChange: sayInvitation });
  sayInvitation();

  return {
    state: () => stateOf(runtime, seeded),
    subscribe: (listener) => {
      listeners.add(listener);
      for (const trouble of early.splice(0)) listener(trouble);
      return () => listeners.delete(listener);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      cancel?.();
      pending?.close();
      listeners.clear();
      await runtime.close();
    },
  };
}

async function membershipOf(
  { records }: RuntimePorts,
  { link, name }: { readonly link: JoinLink | undefined; readonly name: string },
): Promise<MembershipRecord> {
  const saved = await loadMembership(records);
  if (saved === undefined && link === undefined)
    throw new WireError('This node belongs to no fleet yet. Give it a join link of the dashboard.');
  if (saved !== undefined && link !== undefined && link.fleet !== saved.fleet)
    throw new WireError('This node belongs to another fleet than the link. Give it a folder of its own.');
  if (link === undefined) return saved!;
  const joined = saved === undefined ? { ...link, name } : withLink(saved, link);
  await saveMembership(records, joined);
  return joined;
}

function stateOf({ node, rooms }: NodeRuntime, seeded: readonly ReleaseId[]): SeederState {
  const view = node.view();
  return {
    fleetName: view.fleetName,
    entries: node.ledger.entries().length,
    links: node.links.size,
    roomsJoined: rooms().filter(({ state }) => state === 'joined').length,
    releases: seeded.flatMap((release): SeededRelease[] => {
      const manifest = view.releases.get(release)?.manifest;
      if (manifest === undefined) return [];
      const { product, version, infoHash, files } = manifest;
      const sizeBytes = bundleLayout(files).reduce((sum, file) => sum + file.sizeBytes, 0);
      return [{ product, version, sizeBytes, bytesHere: node.progress.get(infoHash)?.bytesHere ?? 0 }];
    }),
  };
}
