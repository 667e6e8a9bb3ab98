import { browserClock } from '../../../src/adapters/browser/clock.ts';
import { browserKeptPlaces } from '../../../src/adapters/browser/kept-places.ts';
import { createFileHasher } from '../../../src/adapters/file-hashing/hasher.ts';
import { startHashingWorker } from '../../../src/adapters/file-hashing/web-worker.ts';
import { createContentStore } from '../../../src/adapters/idb/content-store.ts';
import { createLedgerStore } from '../../../src/adapters/idb/ledger-store.ts';
import { createRecordStore } from '../../../src/adapters/idb/record-store.ts';
import { createByteChannelPair } from '../../../src/adapters/memory/byte-channel.ts';
import { createSimplePeerConnector } from '../../../src/adapters/simple-peer/connector.ts';
import { createTorrents } from '../../../src/adapters/webtorrent/torrents.ts';
import type { NodeId } from '../../../src/core/wire/encoding/ids.ts';
import { type AcceptanceCase, until } from '../../../src/ports/acceptance/acceptance-case.ts';
import { type ConnectedChannels, connectChannels } from '../../../src/ports/acceptance/connected-channels.ts';
import { contentStoreCases } from '../../../src/ports/acceptance/content-store.ts';
import { fileHasherCases } from '../../../src/ports/acceptance/file-hasher.ts';
import { keptPlaceCases } from '../../../src/ports/acceptance/kept-place.ts';
import { ledgerStoreCases } from '../../../src/ports/acceptance/ledger-store.ts';
import { recordStoreCases } from '../../../src/ports/acceptance/record-store.ts';
import { hashOf, inChunks, sampleBytes } from '../../../src/ports/acceptance/sample-bytes.ts';
import { publish, type TorrentsFixture } from '../../../src/ports/acceptance/torrent-scene.ts';
import { torrentTransferCases } from '../../../src/ports/acceptance/torrent-transfers.ts';
import { torrentsCases } from '../../../src/ports/acceptance/torrents.ts';
import type { KeptPlace } from '../../../src/ports/kept-place.ts';
import './page-contract.ts';

let count = 0;
let channels: ConnectedChannels | undefined;
const fresh = (name: string) => `${name}-${++count}`;

const kits: Readonly<Record<string, readonly AcceptanceCase[]>> = {
  content: contentStoreCases(() => createContentStore(fresh('content'))),
  ledger: ledgerStoreCases((name) => createLedgerStore(name)),
  records: recordStoreCases((name) => createRecordStore(name)),
  hashing: fileHasherCases(
    () =>
      createFileHasher({
        start: startHashingWorker(
          () => new Worker(new URL('../../../src/hashing-worker.ts', import.meta.url), { type: 'module' }),
        ),
        clock: { schedule: () => () => {} },
        onFailure: (error) => console.error(error),
      }),
    // What a browser refuses to read is on a disk: the e2e test of folders has that.
    undefined,
  ),
  'kept in records': keptPlaceCases((name) => keptPlace(0, name)),
  'kept in local storage': keptPlaceCases((name) => keptPlace(1, name)),
  'kept in a cache': keptPlaceCases((name) => keptPlace(2, name)),
  torrents: torrentsCases(torrentsOver(createByteChannelPair)),
  'torrents over simple-peer': torrentTransferCases(torrentsOver((options) => channels!.open(options))).map(
    connected,
  ),
};

function torrentsOver(openChannels: TorrentsFixture['openChannels']): TorrentsFixture {
  return {
    openContent: () => createContentStore(fresh('torrents')),
    openTorrents: (content, onEvent) => createTorrents({ content, onEvent }),
    openChannels,
  };
}

/** The case with a connection of its own under its channels. */
function connected({ name, run }: AcceptanceCase): AcceptanceCase {
  return {
    name,
    run: async () => {
      channels = await connectChannels(createSimplePeerConnector({ clock: browserClock }));
      try {
        await run();
      } finally {
        await channels.close();
      }
    },
  };
}

/** One of a page's places, by its order; every name is a page of its own. */
async function keptPlace(at: number, name: string): Promise<KeptPlace> {
  return browserKeptPlaces(name, await createRecordStore(`kept-${name}`))[at]!;
}

/** MiB/s of one bundle of one file between two nodes of this page, stores included. */
async function measure(sizeBytes: number): Promise<number> {
  const [from, to] = [await createContentStore(fresh('from')), await createContentStore(fresh('to'))];
  let complete = false;
  const publisher = createTorrents({ content: from, onEvent: () => {} });
  const device = createTorrents({
    content: to,
    onEvent: ({ type }) => {
      complete ||= type === 'bundle-complete';
    },
  });
  const bundle = await publish({ content: from, torrents: publisher }, [sampleBytes(sizeBytes, 1)]);
  publisher.hold(bundle);
  const startMs = performance.now();
  device.hold(bundle);
  const { left, right } = createByteChannelPair();
  publisher.attach(bundle.infoHash, 'd'.repeat(43) as NodeId, left);
  device.attach(bundle.infoHash, 'p'.repeat(43) as NodeId, right);
  await until(() => complete, 'completion', 60_000);
  const seconds = (performance.now() - startMs) / 1000;
  await Promise.all([publisher.close(), device.close()]);
  from.close();
  to.close();
  return sizeBytes / 1024 / 1024 / seconds;
}

async function keepLarge(sizeBytes: number) {
  let threads = 0;
  const store = await createContentStore(fresh('large'), () => {
    threads++;
    return new Worker(new URL('../../../src/storing-worker.ts', import.meta.url), { type: 'module' });
  });
  const bytes = sampleBytes(sizeBytes, 1);
  const hash = await hashOf(bytes);
  let [beatMs, longestBusyMs] = [performance.now(), 0];
  const beat = setInterval(() => {
    longestBusyMs = Math.max(longestBusyMs, performance.now() - beatMs);
    beatMs = performance.now();
  }, 5);
  await store.putFile(hash, sizeBytes, inChunks(bytes, 1024 * 1024));
  clearInterval(beat);
  const last = await store.readFile(hash, sizeBytes - 10, sizeBytes);
  const wrong = await hashOf(new Uint8Array(1));
  const refusal = await store.putFile(wrong, sizeBytes, inChunks(bytes, 1024 * 1024)).then(
    () => 'none',
    (error: unknown) => (error as Error).name,
  );
  const isKept = last?.join() === bytes.subarray(-10).join() && !(await store.hasFile(wrong));
  store.close();
  return { isKept, refusal, threads, longestBusyMs };
}

window.acceptance = {
  names: Object.fromEntries(Object.entries(kits).map(([kit, cases]) => [kit, cases.map(({ name }) => name)])),
  run: (kit, at) =>
    kits[kit]![at]!.run().then(
      () => undefined,
      (error: unknown) => String(error),
    ),
  measure,
  keepLarge,
};
