import { join } from 'node:path';
import { WebSocket } from 'ws';
import { browserClock, browserRandomness } from '../../src/adapters/browser/clock.ts';
import { createNobleKeys } from '../../src/adapters/noble/keys.ts';
import { createNodeChecks } from '../../src/adapters/node-crypto/checks.ts';
import { createNativeConnector } from '../../src/adapters/node-datachannel/connector.ts';
import { createFileContentStore } from '../../src/adapters/node-files/content-store.ts';
import { createFileKeptPlace } from '../../src/adapters/node-files/kept-place.ts';
import { createFileLedgerStore } from '../../src/adapters/node-files/ledger-store.ts';
import { prepareNodeFolder } from '../../src/adapters/node-files/node-folder.ts';
import { createFileRecordStore } from '../../src/adapters/node-files/record-store.ts';
import { createInterfaceWatch } from '../../src/adapters/node-network/network-watch.ts';
import { createRelayFallback } from '../../src/adapters/relay/connector.ts';
import { hasStrictEd25519 } from '../../src/adapters/webcrypto/detect.ts';
import { createWebSocketSignaling } from '../../src/adapters/websocket/signaling.ts';
import { createTorrents } from '../../src/adapters/webtorrent/torrents.ts';
import type { Keys } from '../../src/ports/keys.ts';
import type { RecordStore } from '../../src/ports/stores.ts';
import type { RuntimePorts } from '../../src/runtime/runtime-ports.ts';

/** The real adapters of a node in Node, with everything that it keeps below `folder`. Rejects with StorageRefused, and with StoredByLaterVersion. */
export async function createNodePorts(folder: string): Promise<RuntimePorts> {
  await prepareNodeFolder(folder);
  const records = await createFileRecordStore(join(folder, 'records'));
  const content = await createFileContentStore(join(folder, 'content'));
  const clock = browserClock;
  return {
    keys: await createNodeKeys(records),
    connector: createRelayFallback({
      direct: createNativeConnector({ clock }),
      subtle: globalThis.crypto.subtle,
      clock,
      randomness: browserRandomness,
    }),
    signaling: createWebSocketSignaling({
      clock,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    }),
    network: createInterfaceWatch({ clock }),
    ledgerStore: await createFileLedgerStore(join(folder, 'ledger')),
    records,
    places: [
      await createFileKeptPlace(join(folder, 'kept')),
      await createFileKeptPlace(join(folder, 'kept-again')),
    ],
    content,
    torrents: (onEvent) => createTorrents({ content, onEvent }),
    clock,
    randomness: browserRandomness,
  };
}

/** A file takes no CryptoKey, so the seed lies there; OpenSSL checks signatures ten times as fast where it is as strict. */
async function createNodeKeys(records: RecordStore): Promise<Keys> {
  const { subtle } = globalThis.crypto;
  const noble = createNobleKeys({ records, randomness: browserRandomness });
  if (!(await hasStrictEd25519(subtle))) return noble;
  return { ...noble, ...createNodeChecks() };
}
