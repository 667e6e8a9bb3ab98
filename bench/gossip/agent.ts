import { WebSocket } from 'ws';
import { browserClock, browserRandomness } from '../../src/adapters/browser/clock.ts';
import { createMemoryContentStore } from '../../src/adapters/memory/content-store.ts';
import { createMemoryKeptPlace } from '../../src/adapters/memory/kept-place.ts';
import { createMemoryLedgerStore } from '../../src/adapters/memory/ledger-store.ts';
import { STILL_NETWORK } from '../../src/adapters/memory/network-watch.ts';
import { createMemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { createNobleKeys } from '../../src/adapters/noble/keys.ts';
import { createNodeChecks } from '../../src/adapters/node-crypto/checks.ts';
import { createNativeConnector } from '../../src/adapters/node-datachannel/connector.ts';
import { createWebSocketSignaling } from '../../src/adapters/websocket/signaling.ts';
import { createTorrents } from '../../src/adapters/webtorrent/torrents.ts';
import { isMember } from '../../src/core/ledger/view.ts';
import { type EntryId, type FleetId, fromBase64Url, toBase64Url } from '../../src/core/wire/encoding/ids.ts';
import { createPendingInvitation } from '../../src/runtime/joining/pending-invitation.ts';
import { startNode } from '../../src/runtime/node-runtime.ts';
import { setConfig, writeDeviceInvitation } from '../../src/runtime/operator/actions.ts';
import { foundFleet } from '../../src/runtime/operator/found-fleet.ts';
import type { RuntimePorts } from '../../src/runtime/runtime-ports.ts';
import type { FromAgent, Invitation, ToAgent } from './messages.ts';

/**
 * A node of ours that keeps nothing on disk. The first one is its operator's: it founds the fleet and invites the others, as many devices
 * to each of some sites. Among strangers links change hands (M14).
 */
const [signalingUrl, role, ...rest] = process.argv.slice(2);
/** A guess: longer than any bench runs. */
const INVITED_MS = 3_600_000;
const say = (message: FromAgent) => process.send!(message);

const records = createMemoryRecordStore();
const content = createMemoryContentStore();
const ports: RuntimePorts = {
  keys: { ...createNobleKeys({ records, randomness: browserRandomness }), ...createNodeChecks() },
  connector: createNativeConnector({ clock: browserClock, bindAddress: '127.0.0.1' }),
  signaling: createWebSocketSignaling({
    clock: browserClock,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  }),
  network: STILL_NETWORK,
  ledgerStore: createMemoryLedgerStore(),
  records,
  places: [createMemoryKeptPlace()],
  content,
  torrents: (onEvent) => createTorrents({ content, onEvent }),
  clock: browserClock,
  randomness: browserRandomness,
};
const identity = await ports.keys.identity('agent');
const fleet =
  role === 'founder'
    ? await foundFleet({ ...ports, identity, nowMs: Date.now(), fleetName: 'bench', personName: 'bench' })
    : (rest[0] as FleetId);
const runtime = await startNode(ports, {
  fleet,
  identity,
  signalingUrls: [signalingUrl!],
  watchedSites: [],
  frame: undefined,
});
const { node } = runtime;
let told = '';
const tellState = () => {
  const state = { links: node.links.size, knowsFleet: isMember(node.view(), identity.id) };
  if (JSON.stringify(state) === told) return;
  told = JSON.stringify(state);
  say({ type: 'state', ...state });
};
runtime.subscribe((event) => {
  if (event.type === 'path-changed' && event.path.startsWith('/config/fleet/'))
    say({ type: 'heard', item: event.path.slice('/config/fleet/'.length) });
  else if (event.type === 'neighbor-up' || event.type === 'neighbor-down' || event.type === 'entry-accepted')
    tellState();
});
process.on('message', ({ item }: ToAgent) => {
  void setConfig(runtime, { scope: { type: 'fleet' }, key: item, value: true });
});
// An agent never outlives the bench, however that ended.
process.on('disconnect', () => process.exit());
if (role === 'founder') {
  const invitations: Invitation[] = [];
  for (let site = 1; site <= Number(rest[0]); site++) {
    const seed = browserRandomness.bytes(32);
    const grant = await writeDeviceInvitation(runtime, ports.keys, {
      site: `site ${site}`,
      labels: {},
      seed,
      expiresAtMs: Date.now() + INVITED_MS,
    });
    invitations.push([fleet, grant, toBase64Url(seed)]);
  }
  say({ type: 'founded', invitations });
} else {
  const [, grant, seed] = rest;
  const invitation = { grant: grant as EntryId, seed: fromBase64Url(seed!)! };
  await new Promise<void>((resolve) => {
    const onChange = () => {
      if (pending.state() === undefined) resolve();
    };
    const pending = createPendingInvitation({ runtime, ports, invitation, name: 'agent', onChange });
  });
}
