import type { InfoHash, NodeId } from '../../core/wire/encoding/ids.ts';
import { type AcceptanceCase, check, checkEqual, until } from './acceptance-case.ts';
import { inChunks, sampleBytes } from './sample-bytes.ts';
import {
  checkHas,
  completion,
  createTorrentScene,
  lastProgress,
  publish,
  type TorrentsFixture,
} from './torrent-scene.ts';

const KIB = 1024;

/** Bundles between nodes that all keep to the rules. */
export function torrentTransferCases(fixture: TorrentsFixture): readonly AcceptanceCase[] {
  const { withNodes, link, openChannels } = createTorrentScene(fixture);
  return [
    withNodes('a bundle of several files goes from one node to another, and on to a third', async (open) => {
      const [publisher, first, second] = [await open('publisher'), await open('first'), await open('second')];
      const files = [sampleBytes(900_000, 1), sampleBytes(17, 2), sampleBytes(0, 3), sampleBytes(333_333, 4)];
      const bundle = await publish(publisher, files);
      for (const node of [publisher, first]) node.torrents.hold(bundle);
      link(publisher, first, bundle.infoHash);
      const done = await completion(first, bundle);
      await checkHas(first, bundle, files);
      checkEqual([...done.bytesFrom], [[publisher.id, bundle.sizeBytes]], 'the bytes from each peer');
      checkEqual(done.bytesKept, 0, 'the bytes kept');
      second.torrents.hold(bundle);
      link(first, second, bundle.infoHash);
      await completion(second, bundle);
      await checkHas(second, bundle, files);
      checkEqual(first.torrents.held(), [bundle.infoHash], 'what is held');
      await until(() => lastProgress(first)?.bytesSent === bundle.sizeBytes, 'the count of bytes sent');
    }),

    withNodes(
      'the size of a metainfo is known before it is made, and its making is told in bytes',
      async (open) => {
        const publisher = await open('publisher');
        for (const sizes of [[0], [17], [900_000, 333_333], [5_000_000]]) {
          const files = sizes.map((sizeBytes, at) => sampleBytes(sizeBytes, at + 1));
          const { files: layout, sizeBytes } = await publish(publisher, files);
          const told: number[] = [];
          const { metainfo } = await publisher.torrents.create('menu-1.0', layout, (done) => told.push(done));
          checkEqual(
            publisher.torrents.metainfoBytes('menu-1.0', sizeBytes),
            metainfo.length,
            'the size of the metainfo',
          );
          checkEqual(told.at(-1) ?? 0, sizeBytes, 'the last progress');
          checkEqual(
            told,
            [...told].sort((left, right) => left - right),
            'progress',
          );
        }
      },
    ),

    withNodes(
      'two that each hold what the other lacks condemn nobody, however their channel cuts what they say (B6)',
      async (open) => {
        const [publisher, left, right] = [await open('publisher'), await open('left'), await open('right')];
        // No piece lies in both.
        const halves = [sampleBytes(8192 * KIB, 1), sampleBytes(8192 * KIB, 2)] as const;
        const bundle = await publish(publisher, halves);
        // Much is asked for ahead on either side: requests wait while blocks come in.
        for (const [at, node] of [left, right].entries()) {
          const { hash, sizeBytes } = bundle.files[at]!;
          await node.content.putFile(hash, sizeBytes, inChunks(halves[at]!, 100_000));
          node.torrents.hold(bundle);
        }
        link(left, right, bundle.infoHash);
        for (const node of [left, right]) {
          await completion(node, bundle);
          await checkHas(node, bundle, halves);
          const condemned = node.events.filter(
            ({ type }) => type === 'bad-piece' || type === 'wire-violated',
          );
          checkEqual(condemned, [], `whom ${node.id} condemns`);
        }
      },
    ),

    withNodes('progress grows to the whole and is said at most four times a second', async (open) => {
      const [publisher, device] = [await open('publisher'), await open('device')];
      const bundle = await publish(publisher, [sampleBytes(3_000_000, 1)]);
      publisher.torrents.hold(bundle);
      const startMs = Date.now();
      device.torrents.hold(bundle);
      link(publisher, device, bundle.infoHash);
      await completion(device, bundle);
      const told = device.events.filter((event) => event.type === 'bundle-progress');
      const here = told.map(({ bytesHere }) => bytesHere);
      checkEqual(
        here,
        [...here].sort((left, right) => left - right),
        'progress',
      );
      checkEqual(here.at(-1), bundle.sizeBytes, 'the last progress');
      check(told.length <= (Date.now() - startMs) / 250 + 3, `few enough of them, not ${told.length}`);
    }),

    withNodes('many tiny files, empty ones and files that end on piece bounds arrive whole', async (open) => {
      const [publisher, device] = [await open('publisher'), await open('device')];
      const files = [
        ...Array.from({ length: 150 }, (_, at) => sampleBytes(at + 1, at + 10)),
        sampleBytes(64 * KIB * 3 - (150 * 151) / 2, 5),
        sampleBytes(64 * KIB, 6),
        sampleBytes(0, 7),
        sampleBytes(64 * KIB * 2, 8),
      ];
      const bundle = await publish(publisher, files);
      for (const node of [publisher, device]) node.torrents.hold(bundle);
      link(publisher, device, bundle.infoHash);
      await completion(device, bundle);
      await checkHas(device, bundle, files);
    }),

    withNodes('a bundle of nothing but an empty file is complete without a peer', async (open) => {
      const device = await open('device');
      const publisher = await open('publisher');
      const bundle = await publish(publisher, [new Uint8Array(0)]);
      device.torrents.hold(bundle);
      await completion(device, bundle);
      await checkHas(device, bundle, [new Uint8Array(0)]);
    }),

    withNodes('what is here from the start is complete at once and nothing is fetched', async (open) => {
      const publisher = await open('publisher');
      const bundle = await publish(publisher, [sampleBytes(500_000, 1)]);
      publisher.torrents.hold(bundle);
      publisher.torrents.hold(bundle);
      const done = await completion(publisher, bundle);
      checkEqual(done.bytesKept, bundle.sizeBytes, 'the bytes kept');
      checkEqual(done.bytesFrom.size, 0, 'peers that sent bytes');
      checkEqual(
        publisher.events.filter(({ type }) => type === 'bundle-complete').length,
        1,
        'how often it was said',
      );
    }),

    withNodes('the next version costs what changed', async (open) => {
      const [publisher, device] = [await open('publisher'), await open('device')];
      const [same, old, changed] = [
        sampleBytes(1_500_000, 1),
        sampleBytes(200_000, 2),
        sampleBytes(200_000, 3),
      ];
      const before = await publish(publisher, [same, old]);
      for (const node of [publisher, device]) node.torrents.hold(before);
      link(publisher, device, before.infoHash);
      await completion(device, before);
      const after = await publish(publisher, [same, changed]);
      for (const node of [publisher, device]) node.torrents.hold(after);
      link(publisher, device, after.infoHash);
      const done = await completion(device, after);
      await checkHas(device, after, [same, changed]);
      const fetched = done.bytesFrom.get(publisher.id) ?? 0;
      // A piece that spans both files is fetched whole.
      check(
        fetched >= changed.length && fetched <= changed.length + 2 * 64 * KIB,
        `not ${fetched} bytes fetched`,
      );
      checkEqual(done.bytesKept, after.sizeBytes - fetched, 'the bytes kept');
    }),

    withNodes('a node that is closed half way goes on from there', async (open) => {
      const [publisher, device] = [await open('publisher'), await open('device')];
      const files = [sampleBytes(2_000_000, 1), sampleBytes(1_000_000, 2)];
      const bundle = await publish(publisher, files);
      publisher.torrents.hold(bundle);
      device.torrents.hold(bundle);
      let passedBytes = 0;
      // Past a good third, the wire goes dead.
      const { left } = link(publisher, device, bundle.infoHash, (bytes) => {
        passedBytes += bytes.length;
        return passedBytes > 1_200_000 ? new Uint8Array(0) : bytes;
      });
      await until(
        () => passedBytes > 1_200_000 && (lastProgress(device)?.bytesHere ?? 0) > 500_000,
        'a good part',
      );
      await device.torrents.close();
      left.close();
      device.events.length = 0;
      device.torrents = fixture.openTorrents(device.content, (event) => device.events.push(event));
      device.torrents.hold(bundle);
      link(publisher, device, bundle.infoHash);
      const done = await completion(device, bundle);
      await checkHas(device, bundle, files);
      check(done.bytesKept > 500_000, `more than ${done.bytesKept} bytes kept`);
      checkEqual(
        done.bytesFrom.get(publisher.id),
        bundle.sizeBytes - done.bytesKept,
        'the bytes fetched after',
      );
    }),

    withNodes(
      'the torrent of the same files is the same everywhere, with at most 128 pieces',
      async (open) => {
        const [publisher, other] = [await open('publisher'), await open('other')];
        const files = [sampleBytes(5_000_000, 1)];
        const [bundle, again] = [await publish(publisher, files), await publish(other, files)];
        checkEqual(again.metainfo, bundle.metainfo, 'the metainfo');
        checkEqual(again.infoHash, bundle.infoHash, 'the info hash');
        const large = await publish(publisher, [sampleBytes(40_000_000, 1)]);
        check(
          large.metainfo.length < 128 * 20 + 200,
          `a metainfo of ${large.metainfo.length} bytes to be smaller`,
        );
      },
    ),

    withNodes(
      'a bundle that is dropped frees its pieces, closes its wires, and can be held again',
      async (open) => {
        const [publisher, device] = [await open('publisher'), await open('device')];
        const bundle = await publish(publisher, [sampleBytes(400_000, 1)]);
        publisher.torrents.hold(bundle);
        device.torrents.hold(bundle);
        const { left } = link(publisher, device, bundle.infoHash);
        let closed = false;
        left.onClose(() => {
          closed = true;
        });
        await device.torrents.drop(bundle.infoHash);
        await until(() => closed, 'the end of the wire');
        checkEqual(await device.content.getPiece(bundle.infoHash, 0), undefined, 'a piece in transit');
        device.torrents.hold(bundle);
        link(publisher, device, bundle.infoHash);
        await completion(device, bundle);
      },
    ),

    withNodes('a channel for a bundle that is not held is closed', async (open) => {
      const device = await open('device');
      const { left, right } = openChannels();
      let closed = false;
      left.onClose(() => {
        closed = true;
      });
      device.torrents.attach('0'.repeat(40) as InfoHash, 'x'.repeat(43) as NodeId, right);
      await until(() => closed, 'the end of the channel');
    }),
  ];
}
