import {
  browserClock as clock,
  browserRandomness as randomness,
} from '../../../src/adapters/browser/clock.ts';
import { createMemoryContentStore } from '../../../src/adapters/memory/content-store.ts';
import { createMemoryKeptPlace } from '../../../src/adapters/memory/kept-place.ts';
import { createMemoryLedgerStore } from '../../../src/adapters/memory/ledger-store.ts';
import { STILL_NETWORK } from '../../../src/adapters/memory/network-watch.ts';
import { NO_TORRENTS } from '../../../src/adapters/memory/no-torrents.ts';
import { createMemoryRecordStore } from '../../../src/adapters/memory/record-store.ts';
import { createNobleKeys } from '../../../src/adapters/noble/keys.ts';
import { createSimplePeerConnector } from '../../../src/adapters/simple-peer/connector.ts';
import { createWebSocketSignaling } from '../../../src/adapters/websocket/signaling.ts';
import { type EntryId, type FleetId, idFromBytes, type NodeId } from '../../../src/core/wire/encoding/ids.ts';
import { type NodeRuntime, startNode } from '../../../src/runtime/node-runtime.ts';
import { setConfig } from '../../../src/runtime/operator/actions.ts';
import { revokeKey } from '../../../src/runtime/operator/authority-actions.ts';
import { foundFleet } from '../../../src/runtime/operator/found-fleet.ts';
import { writePersonInvitation } from '../../../src/runtime/operator/invitation.ts';
import type { RuntimePorts } from '../../../src/runtime/runtime-ports.ts';

/** A node that writes much, or one that gets it. Driven by e2e/slow-link.e2e.ts. */
const records = createMemoryRecordStore();
const keys = createNobleKeys({ records, randomness });
const ledgerStore = createMemoryLedgerStore();
const ports: RuntimePorts = {
  keys,
  connector: createSimplePeerConnector({ clock }),
  signaling: createWebSocketSignaling({ clock }),
  network: STILL_NETWORK,
  ledgerStore,
  records,
  places: [createMemoryKeptPlace()],
  content: createMemoryContentStore(),
  torrents: () => NO_TORRENTS,
  clock,
  randomness,
};
let runtime: NodeRuntime;
let guest: NodeId;
const ended: { readonly peer: NodeId; readonly reason: string }[] = [];

async function start(fleet: FleetId, signalingUrl: string): Promise<NodeId> {
  const identity = await keys.identity('slow-link');
  runtime = await startNode(ports, {
    fleet,
    identity,
    watchedSites: 'all',
    signalingUrls: [signalingUrl],
    frame: undefined,
  });
  runtime.subscribe((event) => {
    if (event.type === 'link-refused') ended.push({ peer: event.peer, reason: event.reason });
  });
  return identity.id;
}

const slow = {
  /** Founds a fleet, and grants to a key that `revoke` takes back. */
  async found(signalingUrl: string) {
    const identity = await keys.identity('slow-link');
    const fleet = await foundFleet({
      identity,
      keys,
      ledgerStore,
      nowMs: clock.nowMs(),
      fleetName: 'Harbour cafes',
      personName: 'Ada',
    });
    const id = await start(fleet, signalingUrl);
    const seed = randomness.bytes(32);
    guest = (await keys.fromSeed(seed)).id;
    await writePersonInvitation(runtime, keys, {
      seed,
      name: 'Mallory',
      roles: ['operator'],
      path: '/',
      mayGrant: false,
      expiresAtMs: undefined,
    });
    return { fleet, id };
  },
  join: start,
  links: () => [...runtime.node.links.keys()],
  /** In the order in which they were accepted. */
  entries: () => runtime.node.ledger.entries().map(({ id }) => id),
  /** Writes that many entries of that size, one after another. */
  async fill(count: number, sizeBytes: number) {
    const value = 'x'.repeat(sizeBytes);
    const written: EntryId[] = [];
    for (let number = 0; number < count; number++)
      written.push(
        await setConfig(runtime, {
          scope: { type: 'fleet' },
          key: idFromBytes(randomness.bytes(32)),
          value,
        }),
      );
    return written;
  },
  /** Takes the granted key back; resolves with the entry that does. */
  async revoke() {
    await revokeKey(runtime, keys, {
      key: guest,
      reason: 'stolen',
      spare: { type: 'all-known' },
      signing: { type: 'alone' },
    });
    return runtime.node.ledger.entries().findLast(({ action }) => action === 'revoke')!.id;
  },
  /** Links that were ended for what the other end did. */
  ended: () => ended,
  close: () => void runtime.close(),
};

declare global {
  interface Window {
    slow: typeof slow;
  }
}
window.slow = slow;
