import { browserClock, browserRandomness } from './adapters/browser/clock.ts';
import {
  browserKeptPlaces,
  migrateKeptPlaces,
  refuseLaterKeptPlaces,
} from './adapters/browser/kept-places.ts';
import { connectionOf, createBrowserNetworkWatch } from './adapters/browser/network-watch.ts';
import { createContentStore } from './adapters/idb/content-store.ts';
import { createLedgerStore } from './adapters/idb/ledger-store.ts';
import { createRecordStore } from './adapters/idb/record-store.ts';
import { createSpake2Exchange } from './adapters/noble/spake2.ts';
import { createRelayFallback } from './adapters/relay/connector.ts';
import { createSimplePeerConnector } from './adapters/simple-peer/connector.ts';
import { createWebSocketSignaling } from './adapters/websocket/signaling.ts';
import { createTorrents } from './adapters/webtorrent/torrents.ts';
import { createBrowserKeys } from './browser-keys.ts';
import type { PairingExchange } from './ports/pairing-exchange.ts';
import type { RuntimePorts } from './runtime/runtime-ports.ts';

/** What the databases of one kind of page are named by. Dashboard and kiosk share an origin, never a database. */
function databaseName(page: 'operator' | 'device'): string {
  return `fieldfare-${page}`;
}

/** Every database of a page, for the day on which it leaves its fleet. */
export function databasesOf(page: 'operator' | 'device'): readonly string[] {
  return ['records', 'ledger', 'content'].map((store) => `${databaseName(page)}/${store}`);
}

/**
 * The real adapters of a page. Rejects with StorageRefused when the browser keeps nothing, and with StoredByLaterVersion when it keeps what
 * a later version wrote (K6).
 */
export async function createBrowserPorts(page: 'operator' | 'device'): Promise<{
  readonly ports: RuntimePorts;
  readonly exchange: PairingExchange;
}> {
  const name = databaseName(page);
  await refuseLaterKeptPlaces(page);
  const records = await createRecordStore(name);
  const ledgerStore = await createLedgerStore(name);
  const content = await createContentStore(
    name,
    () => new Worker(new URL('./storing-worker.ts', import.meta.url), { type: 'module' }),
  );
  await migrateKeptPlaces(page);
  const clock = browserClock;
  const randomness = browserRandomness;
  const { subtle } = crypto;
  return {
    ports: {
      keys: await createBrowserKeys(records),
      connector: createRelayFallback({
        direct: createSimplePeerConnector({ clock }),
        subtle,
        clock,
        randomness,
      }),
      signaling: createWebSocketSignaling({ clock }),
      network: createBrowserNetworkWatch(window, connectionOf(navigator)),
      ledgerStore,
      records,
      places: browserKeptPlaces(page, records),
      content,
      torrents: (onEvent) => createTorrents({ content, onEvent }),
      clock,
      randomness,
    },
    exchange: createSpake2Exchange({ subtle, randomness }),
  };
}
