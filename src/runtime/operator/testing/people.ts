import { createSeededRandomness, createTimerClock } from '../../../adapters/loopback/clock.ts';
import { createLoopbackNetwork } from '../../../adapters/loopback/connector.ts';
import { createLoopbackSignaling } from '../../../adapters/loopback/signaling.ts';
import { createMemoryContentStore } from '../../../adapters/memory/content-store.ts';
import { createMemoryKeptPlace } from '../../../adapters/memory/kept-place.ts';
import { createMemoryLedgerStore } from '../../../adapters/memory/ledger-store.ts';
import { STILL_NETWORK } from '../../../adapters/memory/network-watch.ts';
import { NO_TORRENTS } from '../../../adapters/memory/no-torrents.ts';
import { createMemoryRecordStore } from '../../../adapters/memory/record-store.ts';
import { createNobleKeys } from '../../../adapters/noble/keys.ts';
import type { FleetId } from '../../../core/wire/encoding/ids.ts';
import type { GrantedRole } from '../../../core/wire/entry/grant.ts';
import type { Keys } from '../../../ports/keys.ts';
import { takeUpInvitation } from '../../joining/take-up-invitation.ts';
import { type NodeRuntime, startNode } from '../../node-runtime.ts';
import type { RuntimePorts } from '../../runtime-ports.ts';
import { foundFleet } from '../found-fleet.ts';
import { writePersonInvitation } from '../invitation.ts';

/** People of one fleet, each with a node of their own; `carry` moves entries between them, as links would. */
export interface People {
  readonly keys: Keys;
  readonly fleet: FleetId;
  /** Who founded the fleet, with every role. */
  readonly ada: NodeRuntime;
  /** Somebody with a node and no rights. */
  stranger(): Promise<NodeRuntime>;
  /** Somebody whom `by` invites. */
  invite(
    by: NodeRuntime,
    name: string,
    options?: {
      readonly roles?: readonly GrantedRole[];
      readonly path?: string;
      readonly mayGrant?: boolean;
    },
  ): Promise<NodeRuntime>;
  /** Empty stores of a further node, on the people's network. */
  ports(): RuntimePorts;
  close(): Promise<void>;
}

const randomness = createSeededRandomness(11);
const clock = createTimerClock();

export async function createPeople(): Promise<People> {
  const keys = createNobleKeys({ randomness });
  const opened: NodeRuntime[] = [];
  const network = createLoopbackNetwork({ clock });
  const signaling = createLoopbackSignaling({ clock });

  const portsOf = (): RuntimePorts => {
    return {
      keys,
      connector: network.connector(),
      signaling,
      network: STILL_NETWORK,
      ledgerStore: createMemoryLedgerStore(),
      records: createMemoryRecordStore(),
      places: [createMemoryKeptPlace()],
      content: createMemoryContentStore(),
      torrents: () => NO_TORRENTS,
      clock,
      randomness,
    };
  };
  const open = async (ports: RuntimePorts, fleet: FleetId, seed: Uint8Array) => {
    const runtime = await startNode(ports, {
      fleet,
      identity: await keys.fromSeed(seed),
      signalingUrls: [],
      watchedSites: 'all',
      frame: undefined,
    });
    opened.push(runtime);
    return runtime;
  };

  const seed = randomness.bytes(32);
  const ports = portsOf();
  const fleet = await foundFleet({
    identity: await keys.fromSeed(seed),
    keys,
    ledgerStore: ports.ledgerStore,
    nowMs: clock.nowMs(),
    fleetName: 'Harbour cafes',
    personName: 'Ada',
  });
  const ada = await open(ports, fleet, seed);
  const stranger = async () => {
    const node = await open(portsOf(), fleet, randomness.bytes(32));
    await carry(ada, node);
    return node;
  };

  return {
    keys,
    fleet,
    ada,
    stranger,
    ports: portsOf,
    invite: async (by, name, options = {}) => {
      const invitationSeed = randomness.bytes(32);
      const grant = await writePersonInvitation(by, keys, {
        seed: invitationSeed,
        name: 'Invitation for a person',
        roles: options.roles ?? ['operator', 'release'],
        path: options.path ?? '/',
        mayGrant: options.mayGrant ?? true,
        expiresAtMs: undefined,
      });
      const guest = await stranger();
      await carry(by, guest);
      await takeUpInvitation(guest, keys, { grant, seed: invitationSeed }, name);
      await carry(guest, by);
      return guest;
    },
    close: async () => {
      for (const runtime of opened) await runtime.close();
    },
  };
}

/** Gives `to` every entry that `from` has and it has not. */
export async function carry(from: NodeRuntime, to: NodeRuntime): Promise<void> {
  for (const { id } of from.node.ledger.entries())
    if (!to.node.ledger.knows(id)) await to.submit(from.node.ledger.envelope(id)!);
}
