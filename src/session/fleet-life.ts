import type { Preset } from '../core/node/node-config.ts';
import type { JoinLink } from '../core/wire/contact/join-link.ts';
import type { FleetId } from '../core/wire/encoding/ids.ts';
import type { FileHasher } from '../ports/file-hasher.ts';
import {
  loadMembership,
  type MembershipRecord,
  saveMembership,
  withLink,
} from '../runtime/joining/membership-record.ts';
import {
  createPendingInvitation,
  type PendingInvitation,
  type PendingState,
} from '../runtime/joining/pending-invitation.ts';
import { createBanStore } from '../runtime/kept/ban-store.ts';
import { createHighWater } from '../runtime/kept/high-water.ts';
import { type NodeRuntime, startNode } from '../runtime/node-runtime.ts';
import { foundFleet } from '../runtime/operator/found-fleet.ts';
import { createFolderInspector, type FolderInspector } from '../runtime/operator/inspect-folder.ts';
import { createRollingOut, type RollingOut } from '../runtime/operator/rolling-out.ts';
import type { RuntimePorts } from '../runtime/runtime-ports.ts';
import { CommandRefused } from '../store/commands.ts';
import type { WatchModel } from '../store/model.ts';
import { createWatchedSites, loadWatchChoice, type WatchedSites } from './watched-sites.ts';

/** The fleet that this browser is in, and what acts in it. */
export interface OpenFleet {
  readonly runtime: NodeRuntime;
  readonly watched: WatchedSites;
  readonly rollingOut: RollingOut;
  readonly inspector: FolderInspector;
}

export interface ShownNode {
  readonly runtime: NodeRuntime;
  readonly watch: () => WatchModel;
  /** What it was invited with and has not taken up. */
  readonly invitation: () => PendingState | undefined;
}

/** Into a fleet and out of it again; of one fleet at a time (J3). */
export interface FleetLife {
  /** Throws a CommandRefused while there is none. */
  current(): OpenFleet;
  opened(): OpenFleet | undefined;
  /** Starts the stored fleet's node, if there is one. */
  open(): Promise<void>;
  found(options: { readonly fleetName: string; readonly personName: string }): Promise<FleetId>;
  join(link: JoinLink, personName: string): Promise<FleetId>;
  leave(): Promise<void>;
  close(): Promise<void>;
}

export interface FleetLifeDeps {
  readonly ports: RuntimePorts;
  /** Reads what a person chose from their disk. */
  readonly hasher: FileHasher;
  /** Signaling servers of the site that served the page, for a fleet that is founded here. */
  readonly signaling: readonly string[];
  /** What this node is set to. */
  readonly preset: Preset;
  /** Told whenever another runtime is the one to show; undefined when there is no fleet. */
  readonly onRuntime: (shown: ShownNode | undefined) => void;
  /** Deletes all that this page stored. */
  readonly forget: () => Promise<void>;
}

const IDENTITY = 'operator';

export function createFleetLife(deps: FleetLifeDeps): FleetLife {
  const { ports } = deps;
  let fleet: OpenFleet | undefined;
  let pending: PendingInvitation | undefined;

  const start = async (membership: MembershipRecord) => {
    const runtime = await startNode(ports, {
      fleet: membership.fleet,
      identity: await ports.keys.identity(IDENTITY),
      signalingUrls: membership.signaling,
      watchedSites: [],
      preset: deps.preset,
      frame: undefined,
    });
    const watched = createWatchedSites({
      runtime,
      records: ports.records,
      clock: ports.clock,
      choice: await loadWatchChoice(ports.records),
    });
    fleet = {
      runtime,
      watched,
      rollingOut: createRollingOut(runtime, ports.content),
      inspector: createFolderInspector(runtime, deps.hasher),
    };
    deps.onRuntime({ runtime, watch: watched.model, invitation: () => pending?.state() });
    for (const { entry } of runtime.node.view().releases.values())
      if (entry.author === runtime.identity.id) runtime.seed(entry.id);
    takeUp(runtime, membership);
  };

  const takeUp = (runtime: NodeRuntime, { invitation, name }: MembershipRecord) => {
    pending?.close();
    pending = invitation && createPendingInvitation({ runtime, ports, invitation, name, onChange: () => {} });
  };

  const refuseSecondFleet = () => {
    if (fleet !== undefined)
      throw new CommandRefused('This browser is in a fleet already. Leave it in Settings first.');
  };

  /** A person whose invitation ended opens another one to the same fleet (J8). */
  const renew = async ({ runtime }: OpenFleet, link: JoinLink) => {
    const known = await loadMembership(ports.records);
    if (known === undefined)
      throw new CommandRefused('This browser does not know its fleet. Load the page again.');
    const membership = withLink(known, link);
    await saveMembership(ports.records, membership);
    runtime.meetAt(membership.signaling);
    takeUp(runtime, membership);
    return link.fleet;
  };

  const end = async () => {
    fleet?.watched.close();
    pending?.close();
    await fleet?.runtime.close();
  };

  return {
    opened: () => fleet,
    current: () => {
      if (fleet === undefined) throw new CommandRefused('This browser is in no fleet yet.');
      return fleet;
    },
    open: async () => {
      const membership = await loadMembership(ports.records);
      if (membership === undefined) deps.onRuntime(undefined);
      else await start(membership);
    },
    found: async ({ fleetName, personName }) => {
      refuseSecondFleet();
      const founded = await foundFleet({
        identity: await ports.keys.identity(IDENTITY),
        keys: ports.keys,
        ledgerStore: ports.ledgerStore,
        nowMs: ports.clock.nowMs(),
        fleetName: fleetName.trim(),
        personName: personName.trim(),
      });
      const membership = {
        fleet: founded,
        signaling: deps.signaling,
        name: personName,
        invitation: undefined,
      };
      await saveMembership(ports.records, membership);
      await start(membership);
      return founded;
    },
    join: async (link, personName) => {
      if (fleet?.runtime.node.ledger.fleet === link.fleet && link.invitation !== undefined)
        return renew(fleet, link);
      refuseSecondFleet();
      const membership = { ...link, name: personName.trim() || 'Operator' };
      await saveMembership(ports.records, membership);
      await start(membership);
      return link.fleet;
    },
    leave: async () => {
      const left = fleet?.runtime.node.ledger.fleet;
      const ended = end();
      fleet = undefined;
      pending = undefined;
      await ended;
      // Its marks outlive its databases on purpose: whoever leaves and joins again has lost nothing.
      if (left !== undefined) {
        await createHighWater(ports.places).forget(left);
        await createBanStore(ports.places).forget(left);
      }
      deps.onRuntime(undefined);
      await deps.forget();
    },
    close: end,
  };
}
