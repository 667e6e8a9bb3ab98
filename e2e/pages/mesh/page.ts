import {
  browserClock as clock,
  browserRandomness as randomness,
} from '../../../src/adapters/browser/clock.ts';
import { onPageLeaving } from '../../../src/adapters/browser/page-leaving.ts';
import { createMemoryContentStore } from '../../../src/adapters/memory/content-store.ts';
import { createMemoryKeptPlace } from '../../../src/adapters/memory/kept-place.ts';
import { createMemoryLedgerStore } from '../../../src/adapters/memory/ledger-store.ts';
import { STILL_NETWORK } from '../../../src/adapters/memory/network-watch.ts';
import { NO_TORRENTS } from '../../../src/adapters/memory/no-torrents.ts';
import { createMemoryRecordStore } from '../../../src/adapters/memory/record-store.ts';
import { createNobleKeys } from '../../../src/adapters/noble/keys.ts';
import { createSimplePeerConnector } from '../../../src/adapters/simple-peer/connector.ts';
import { createWebSocketSignaling } from '../../../src/adapters/websocket/signaling.ts';
import { type FleetId, idFromBytes, type NodeId } from '../../../src/core/wire/encoding/ids.ts';
import { ConnectionFailed, type Connector } from '../../../src/ports/connections.ts';
import { type NodeRuntime, startNode } from '../../../src/runtime/node-runtime.ts';

/** A node of a fleet without a ledger, driven by e2e/mesh-signaling.e2e.ts: links are all that it is about. */
const records = createMemoryRecordStore();
const keys = createNobleKeys({ records, randomness });
const fleet = idFromBytes<FleetId>(new Uint8Array(32).fill(1));
let runtime: NodeRuntime;
let held = false;

function holdable(connector: Connector): Connector {
  return {
    attempt: (options) =>
      held
        ? {
            signal: () => {},
            opened: Promise.reject(new ConnectionFailed('closed', 'the test holds new connections back')),
            close: () => {},
          }
        : connector.attempt(options),
  };
}

const mesh = {
  async start(signalingUrls: readonly string[]): Promise<NodeId> {
    const identity = await keys.identity('mesh');
    runtime = await startNode(
      {
        keys,
        connector: holdable(createSimplePeerConnector({ clock })),
        signaling: createWebSocketSignaling({ clock }),
        network: STILL_NETWORK,
        ledgerStore: createMemoryLedgerStore(),
        records,
        places: [createMemoryKeptPlace()],
        content: createMemoryContentStore(),
        torrents: () => NO_TORRENTS,
        clock,
        randomness,
      },
      { fleet, identity, watchedSites: 'all', signalingUrls, frame: undefined },
    );
    onPageLeaving(window, () => void runtime.close());
    return identity.id;
  },
  links: () => [...runtime.node.links.keys()],
  rooms: () => runtime.rooms().map(({ state }) => state),
  /** No further connection opens at this page until it is let go. */
  hold: (hold: boolean) => {
    held = hold;
  },
};

declare global {
  interface Window {
    mesh: typeof mesh;
  }
}
window.mesh = mesh;
