import { browserClock, browserRandomness } from './adapters/browser/clock.ts';
import { browserKeptPlaces } from './adapters/browser/kept-places.ts';
import { connectionOf, createBrowserNetworkWatch } from './adapters/browser/network-watch.ts';
import { createContentStore } from './adapters/idb/content-store.ts';
import { createLedgerStore } from './adapters/idb/ledger-store.ts';
import { createRecordStore } from './adapters/idb/record-store.ts';
import { createNobleKeys } from './adapters/noble/keys.ts';
import { createSpake2Exchange } from './adapters/noble/spake2.ts';
import { createRelayFallback } from './adapters/relay/connector.ts';
import { createSimplePeerConnector } from './adapters/simple-peer/connector.ts';
import { createVerificationPool } from './adapters/verification/pool.ts';
import { startWebWorker } from './adapters/verification/web-worker.ts';
import { hasStrictEd25519 } from './adapters/webcrypto/detect.ts';
import { createWebCryptoKeys } from './adapters/webcrypto/keys.ts';
import { createPassphraseBox } from './adapters/webcrypto/passphrase-box.ts';
import { createWebSocketSignaling } from './adapters/websocket/signaling.ts';
import { createTorrents } from './adapters/webtorrent/torrents.ts';
import type { PairingExchange } from './ports/pairing-exchange.ts';
import type { PassphraseBox } from './ports/passphrase-box.ts';
import type { RuntimePorts } from './runtime/node-runtime.ts';

/** Measured on two cores: with one, a ledger comes in at 0.7 of the rate of bare checks, with two at 0.9. They end when they have rested. */
const VERIFYING_THREADS = 2;

/** What the databases of one kind of page are named by. Dashboard and kiosk share an origin, never a database. */
function databaseName(page: 'operator' | 'device'): string {
  return `fieldfare-${page}`;
}

/** Every database of a page, for the day on which it leaves its fleet. */
export function databasesOf(page: 'operator' | 'device'): readonly string[] {
  return ['records', 'ledger', 'content'].map((store) => `${databaseName(page)}/${store}`);
}

/** The real adapters of a page. Rejects with StorageRefused when the browser keeps nothing. */
export async function createBrowserPorts(page: 'operator' | 'device'): Promise<{
  readonly ports: RuntimePorts;
  readonly exchange: PairingExchange;
  readonly box: PassphraseBox;
}> {
  const name = databaseName(page);
  const records = await createRecordStore(name);
  const content = await createContentStore(name);
  const clock = browserClock;
  const randomness = browserRandomness;
  const { subtle } = crypto;
  const keys = (await hasStrictEd25519(subtle))
    ? createWebCryptoKeys({ subtle, records })
    : createNobleKeys({ records, randomness });
  const { verify } = createVerificationPool({
    verifyHere: keys.verify,
    start: startWebWorker(
      () => new Worker(new URL('./verification-worker.ts', import.meta.url), { type: 'module' }),
    ),
    threads: VERIFYING_THREADS,
    clock,
    onFailure: (error) =>
      console.warn('Signatures are checked on this page, without a thread beside it.', error),
  });
  return {
    ports: {
      keys: { ...keys, verify },
      connector: createRelayFallback({
        direct: createSimplePeerConnector({ clock }),
        subtle,
        clock,
        randomness,
      }),
      signaling: createWebSocketSignaling({ clock }),
      network: createBrowserNetworkWatch(window, connectionOf(navigator)),
      ledgerStore: await createLedgerStore(name),
      records,
      places: browserKeptPlaces(page, records),
      content,
      torrents: (onEvent) => createTorrents({ content, onEvent }),
      clock,
      randomness,
    },
    exchange: createSpake2Exchange({ subtle, randomness }),
    box: createPassphraseBox({ subtle, randomness }),
  };
}
