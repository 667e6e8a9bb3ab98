import 'fake-indexeddb/auto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createContentStore } from '../adapters/idb/content-store.ts';
import { createLedgerStore } from '../adapters/idb/ledger-store.ts';
import { createRecordStore } from '../adapters/idb/record-store.ts';
import { readStoredPage, restoreDatabases } from '../adapters/idb/testing/stored-page.ts';
import { createSeededRandomness, createTimerClock } from '../adapters/loopback/clock.ts';
import { createLoopbackNetwork } from '../adapters/loopback/connector.ts';
import { createLoopbackSignaling } from '../adapters/loopback/signaling.ts';
import { STILL_NETWORK } from '../adapters/memory/network-watch.ts';
import { createNobleKeys } from '../adapters/noble/keys.ts';
import { createFileContentStore } from '../adapters/node-files/content-store.ts';
import { createFileKeptPlace } from '../adapters/node-files/kept-place.ts';
import { createFileLedgerStore } from '../adapters/node-files/ledger-store.ts';
import { prepareNodeFolder } from '../adapters/node-files/node-folder.ts';
import { createFileRecordStore } from '../adapters/node-files/record-store.ts';
import { createTorrents } from '../adapters/webtorrent/torrents.ts';
import type { FleetId } from '../core/wire/encoding/ids.ts';
import { until } from '../ports/acceptance/acceptance-case.ts';
import type { KeptPlace } from '../ports/kept-place.ts';
import type { ReleaseFrame } from '../ports/release-frame.ts';
import type { LedgerStore, RecordStore } from '../ports/stores.ts';
import { openSeederSession } from '../session/seeder-session.ts';
import { createCounters } from './kept/counters.ts';
import { startNode } from './node-runtime.ts';
import type { RuntimePorts } from './runtime-ports.ts';

const clock = createTimerClock();
const randomness = createSeededRandomness(5);

function portsOn(stores: {
  readonly records: RecordStore;
  readonly ledgerStore: LedgerStore;
  readonly content: RuntimePorts['content'];
  readonly places: readonly KeptPlace[];
}): RuntimePorts {
  return {
    ...stores,
    keys: createNobleKeys({ records: stores.records, randomness }),
    connector: createLoopbackNetwork({ clock }).connector(),
    signaling: createLoopbackSignaling({ clock }),
    network: STILL_NETWORK,
    torrents: (onEvent) => createTorrents({ content: stores.content, onEvent }),
    clock,
    randomness,
  };
}

test('a device whose page was stored by an older version runs what it ran, as who it was, and goes on counting (K6)', async () => {
  const page = await readStoredPage('device-page-1');
  await restoreDatabases(page, (name) => name);
  const records = await createRecordStore('fieldfare-device');
  const place: KeptPlace = {
    get: async (name) => (await records.get(`kept/${name}`)) as string | undefined,
    put: (name, text) => records.put({ [`kept/${name}`]: text }),
  };
  const ports = portsOn({
    records,
    ledgerStore: await createLedgerStore('fieldfare-device'),
    content: await createContentStore('fieldfare-device'),
    places: [place],
  });
  const shown: string[] = [];
  const frame: ReleaseFrame = {
    run: ({ context, files }) =>
      void files
        .read('index.html', 0, 48)
        .then((bytes) => shown.push(`${context.release.version} ${new TextDecoder().decode(bytes)}`)),
    update: () => {},
    stop: () => {},
    close: () => {},
  };
  const identity = await ports.keys.identity('device');
  expect(identity.id).toBe(page.self);
  const runtime = await startNode(ports, {
    fleet: page.fleet as FleetId,
    identity,
    signalingUrls: [],
    watchedSites: [],
    frame,
  });
  expect(runtime.node.ledger.size()).toBe(5);
  expect(runtime.node.device()).toMatchObject({
    update: { stage: 'committed' },
    running: { release: page.release },
    floors: { menu: [{ counter: 1, release: page.release }] },
  });
  await until(() => shown.length > 0, 'running what it ran');
  expect(shown[0]).toBe('1.0.0 <!doctype html><title>Menu</title><p>Coffee 2.80');
  expect(await createCounters([place]).read(`${page.self}/session`)).toBe(2);
  await runtime.close();
});

test('a node whose folder was stored by an older version keeps its fleet, its ledger and what it seeds (K6)', async () => {
  const packed = await readFile(new URL('../../vectors/stored/node-folder-1.json.gz', import.meta.url));
  const stored = JSON.parse(gunzipSync(packed).toString('utf8')) as {
    readonly files: Readonly<Record<string, string>>;
  };
  const folder = await mkdtemp(join(tmpdir(), 'fieldfare-older-'));
  for (const [path, base64] of Object.entries(stored.files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.from(base64, 'base64'));
  }
  await prepareNodeFolder(folder);
  const session = await openSeederSession(
    portsOn({
      records: await createFileRecordStore(join(folder, 'records')),
      ledgerStore: await createFileLedgerStore(join(folder, 'ledger')),
      content: await createFileContentStore(join(folder, 'content')),
      places: [await createFileKeptPlace(join(folder, 'kept'))],
    }),
    { link: undefined, name: 'Cupboard' },
    'lan',
  );
  await until(() => session.state().releases[0]?.bytesHere === 48, 'holding what it held');
  expect(session.state()).toMatchObject({ fleetName: 'Harbour cafes', entries: 5 });
  await session.close();
  await rm(folder, { recursive: true, force: true });
});
