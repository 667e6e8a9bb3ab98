import type { DeviceState } from '../../src/core/device/state.ts';
import type { EntryId, InfoHash, ReleaseId, RolloutId } from '../../src/core/wire/encoding/ids.ts';
import { type HealthRule, releaseBody, releasePath } from '../../src/core/wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../../src/core/wire/entry/rollout.ts';
import { createDeviceWitness, type DeviceWitness } from '../device/device-witness.ts';
import type { ReleaseConduct } from '../device/release-frame.ts';
import { manifestOfSize } from '../device/simulated-release.ts';
import type { RandomSource } from '../engine/random.ts';
import { createFleet, type Fleet } from '../fleet/fleet.ts';
import { createNodeHost, type NodeHost } from '../fleet/node-host.ts';
import { createNodeStorage, type NodeStorage } from '../fleet/node-storage.ts';
import { createRogueHost } from '../fleet/rogue-host.ts';
import { createUnsignedFleet, type Draft, FORGED, type UnsignedFleet } from '../fleet/unsigned-fleet.ts';
import { createTopology, type NodeIndex, type Topology } from '../network/topology.ts';
import type { ScenarioOptions } from './scenario.ts';
import { fleetOptionsOf, startAll } from './standing-fleet.ts';

/** Who is no device: one publishes, one rolls out and watches, and one device is in the wrong hands. */
export const PUBLISHER = 0;
const OPERATOR = 1;
const ROGUE = 2;

const JOIN_MS = 30_000;
const SETTLE_MS = 30_000;
/** 100 Mbit/s in the LAN; 20 Mbit/s each way that all of a site share. */
const LAN_BYTES_A_MS = 12_500;
const SITE_BYTES_A_MS = 2_500;

export interface Rollout {
  readonly release: ReleaseId;
  readonly rollout: RolloutId;
  readonly sizeBytes: number;
  readonly startedAtMs: number;
}

export interface Published {
  readonly release: ReleaseId;
  readonly sizeBytes: number;
}

/** Devices in sites that run releases, who publishes them, who rolls them out, and who sees all of it. */
export interface DeviceFleet {
  readonly fleet: Fleet;
  readonly witness: DeviceWitness;
  /** All devices, those that are off too, but for the one in the wrong hands, which neighbours may ban. */
  readonly devices: readonly NodeIndex[];
  publish(release: {
    readonly sizeBytes: number;
    readonly conduct: ReleaseConduct;
    readonly health: HealthRule;
  }): Published;
  rollOut(published: Published): Rollout;
  /** The operator deletes the rollout. */
  withdraw(rollout: Rollout): void;
  /**
   * The rogue device says what it has no right to say, to all its neighbours. `bait`: what the publisher signed and nobody rolled out.
   */
  provoke(bait: Published): void;
  /** Whether all of the release is on the node's disk. */
  holds(node: NodeIndex, release: ReleaseId): boolean;
  /** Undefined while it is off. */
  stateOf(device: NodeIndex): DeviceState | undefined;
  /** Devices of whose last receipt for the rollout the operator knows this stage. */
  receipts(rollout: RolloutId, stage: string): number;
  /** Lets time pass until it holds, or for `limitMs`; says whether it does. */
  until(holds: () => boolean, limitMs: number): boolean;
}

export function deviceFleet(options: ScenarioOptions): DeviceFleet {
  let unsigned: UnsignedFleet | undefined;
  const witness = createDeviceWitness();
  const conducts = new Map<ReleaseId, ReleaseConduct>();
  const bundles = new Map<ReleaseId, InfoHash>();
  const storages = new Map<NodeIndex, NodeStorage>();
  const hosts = new Map<NodeIndex, NodeHost>();
  let rogue: ReturnType<typeof createRogueHost> | undefined;

  const fleet = createFleet({
    ...fleetOptionsOf(options),
    topology: (random) => shops(options.nodes, random),
    createHost: (services, facts) => {
      const { node } = services;
      const { idOf } = facts.directory;
      unsigned ??= createUnsignedFleet(
        Array.from({ length: options.nodes - ROGUE }, (_, place) => ({
          device: idOf(ROGUE + place),
          site: facts.topology.siteNameOf(ROGUE + place)!,
        })),
        { release: idOf(PUBLISHER), operator: idOf(OPERATOR) },
      );
      const storage = storages.get(node) ?? createNodeStorage(unsigned.founding);
      storages.set(node, storage);
      const host = createNodeHost(services, facts, unsigned, storage, {
        ...(node >= ROGUE && { conductOf: (release: ReleaseId) => conducts.get(release) ?? 'healthy' }),
        onEvent: witness.onEvent,
      });
      hosts.set(node, host);
      if (node !== ROGUE) return host;
      const hostile = createRogueHost(services, host);
      rogue = hostile;
      return hostile;
    },
  });
  const { simulation } = fleet;
  startAll(
    fleet,
    Array.from({ length: options.nodes }, (_, node) => node),
    JOIN_MS,
  );
  simulation.runUntil(JOIN_MS + SETTLE_MS);
  hosts.get(OPERATOR)!.watchSites('all');

  const { write, holders, grants } = unsigned!;
  const random = fleet.random.stream('contents of releases');
  let releases = 0;
  let rollouts = 0;
  const draftRollout = (release: ReleaseId, number: number): Draft => ({
    by: holders.operator,
    grant: grants.operator,
    action: 'create',
    path: rolloutPath(number),
    parents: [release],
    body: rolloutBody({ release, select: {} }),
  });

  return {
    fleet,
    witness,
    devices: Array.from({ length: options.nodes - ROGUE - 1 }, (_, place) => ROGUE + 1 + place),
    publish: ({ sizeBytes, conduct, health }) => {
      const manifest = manifestOfSize({ counter: ++releases, sizeBytes, health }, random);
      const received = write({
        by: holders.release,
        grant: grants.release,
        action: 'create',
        path: releasePath(manifest.product, manifest.counter),
        body: releaseBody(manifest),
      });
      const release = received.entry.id;
      conducts.set(release, conduct);
      bundles.set(release, manifest.infoHash);
      const host = hosts.get(PUBLISHER)!;
      const pieces = new Uint8Array(Math.ceil(sizeBytes / 65_536)).fill(1);
      storages.get(PUBLISHER)!.pieces.set(manifest.infoHash, pieces);
      host.take(received);
      host.seed(release);
      return { release, sizeBytes };
    },
    rollOut: ({ release, sizeBytes }) => {
      const received = write(draftRollout(release, ++rollouts));
      const rollout = received.entry.id;
      witness.signed({ release, rollout });
      untilKnown(release);
      hosts.get(OPERATOR)!.take(received);
      return { release, rollout, sizeBytes, startedAtMs: simulation.nowMs };
    },
    withdraw: ({ rollout }) => {
      const received = write({
        by: holders.operator,
        grant: grants.operator,
        action: 'delete',
        path: rolloutPath(rollouts),
        parents: [rollout],
        body: {},
      });
      witness.withdrawn(rollout, received.entry.id);
      hosts.get(OPERATOR)!.take(received);
    },
    provoke: ({ release }) => {
      const self = hosts.get(ROGUE)!.node.self;
      const number = rollouts + 90;
      const own = { ...draftRollout(release, number), by: self };
      const ownRelease = manifestOfSize(
        { counter: releases + 90, sizeBytes: 65_536, health: { type: 'call', withinMs: 1_000 } },
        random,
      );
      const unsignedRelease: Draft = {
        by: self,
        grant: grants.release,
        action: 'create',
        path: releasePath(ownRelease.product, ownRelease.counter),
        body: releaseBody(ownRelease),
      };
      rogue!.push(
        [
          // A rollout in its own name, under a grant that it does not hold.
          own,
          // One in the operator's name.
          { ...draftRollout(release, number + 1), signature: FORGED },
          // One under the publisher's right, which is none to roll out.
          { ...draftRollout(release, number + 2), by: self, grant: grants.release },
          // With a stolen key, of the one quorum or of the other: what only the other may sign.
          { ...draftRollout(release, number + 3), by: holders.release, grant: grants.release },
          { ...unsignedRelease, by: holders.operator, grant: grants.operator },
          // A release of its own, and one in the publisher's name.
          unsignedRelease,
          { ...unsignedRelease, by: holders.release, signature: FORGED },
        ].map((draft) => write(draft).envelope),
      );
    },
    holds: (node, release) =>
      storages
        .get(node)!
        .pieces.get(bundles.get(release)!)
        ?.every((piece) => piece === 1) ?? false,
    stateOf: (device) => (fleet.network.isAlive(device) ? hosts.get(device)!.node.device() : undefined),
    receipts: (rollout, stage) =>
      hosts
        .get(OPERATOR)!
        .node.book.ofKind('receipt')
        .filter(
          ({ statement: { author, content } }) =>
            content.type === 'receipt' &&
            content.rollout === rollout &&
            content.stage === stage &&
            author !== hosts.get(ROGUE)!.node.self,
        ).length,
    until,
  };

  function until(holds: () => boolean, limitMs: number): boolean {
    const endMs = simulation.nowMs + limitMs;
    while (!holds()) {
      if (simulation.nowMs >= endMs) return false;
      simulation.runUntil(simulation.nowMs + STEP_MS);
    }
    return true;
  }

  /** As a person who sees the release before rolling it out. */
  function untilKnown(id: EntryId): void {
    const { ledger } = hosts.get(OPERATOR)!.node;
    if (!until(() => ledger.accepted(id) !== undefined, 60_000))
      throw new Error('the operator never heard of the release');
  }
}

const STEP_MS = 100;

/** Sites whose lines all their nodes share. */
function shops(nodes: number, random: RandomSource): Topology {
  const topology = createTopology(nodes, random);
  topology.uplink.fill(LAN_BYTES_A_MS);
  topology.downlink.fill(LAN_BYTES_A_MS);
  topology.siteUplink.fill(SITE_BYTES_A_MS);
  return topology;
}
