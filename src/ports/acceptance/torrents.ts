import type { FileHash, InfoHash, NodeId } from '../../core/wire/ids.ts';
import type { ByteChannel } from '../connections.ts';
import type { ContentStore } from '../content.ts';
import type { Bundle, BundleFile, TorrentEvent, Torrents } from '../torrents.ts';
import { type AcceptanceCase, check, checkEqual, until } from './acceptance-case.ts';
import { tamperWithBlocks } from './block-tampering.ts';
import { hashOf, inChunks, sampleBytes } from './sample-bytes.ts';

export interface TorrentsFixture {
  /** A content store that is empty. */
  openContent(): Promise<ContentStore>;
  openTorrents(content: ContentStore, onEvent: (event: TorrentEvent) => void): Torrents;
  /** Two joined channels; `tamper` changes what the left one writes. */
  openChannels(tamper?: (bytes: Uint8Array) => Uint8Array): {
    readonly left: ByteChannel;
    readonly right: ByteChannel;
  };
}

interface Node {
  readonly id: NodeId;
  readonly content: ContentStore;
  readonly events: TorrentEvent[];
  torrents: Torrents;
}

const KIB = 1024;

/** Every case makes nodes of its own and closes them. */
export function torrentsCases(fixture: TorrentsFixture): readonly AcceptanceCase[] {
  const withNodes = (
    name: string,
    run: (open: (id: string) => Promise<Node>) => Promise<void>,
  ): AcceptanceCase => ({
    name,
    run: async () => {
      const nodes: Node[] = [];
      try {
        await run(async (id) => {
          const content = await fixture.openContent();
          const events: TorrentEvent[] = [];
          const torrents = fixture.openTorrents(content, (event) => events.push(event));
          const node: Node = { id: id.padEnd(43, '_') as NodeId, content, events, torrents };
          nodes.push(node);
          return node;
        });
      } finally {
        await Promise.all(nodes.map(({ torrents }) => torrents.close()));
        for (const { content } of nodes) content.close();
      }
    },
  });

  const link = (from: Node, to: Node, infoHash: InfoHash, tamper?: (bytes: Uint8Array) => Uint8Array) => {
    const { left, right } = fixture.openChannels(tamper);
    from.torrents.attach(infoHash, to.id, left);
    to.torrents.attach(infoHash, from.id, right);
    return { left, right };
  };

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
      'a peer that alone sends bad pieces is named, cut and refused, and costs one piece',
      async (open) => {
        const [honest, poisoner, device] = [
          await open('honest'),
          await open('poisoner'),
          await open('device'),
        ];
        const files = [sampleBytes(1_000_000, 1)];
        const bundle = await publish(honest, files);
        await publish(poisoner, files);
        for (const node of [honest, poisoner, device]) node.torrents.hold(bundle);
        link(poisoner, device, bundle.infoHash, tamperWithBlocks());
        await until(() => device.events.some(({ type }) => type === 'bad-piece'), 'the bad piece');
        const bad = device.events.find((event) => event.type === 'bad-piece')!;
        checkEqual(bad.peer, poisoner.id, 'who is named');
        const again = fixture.openChannels();
        let refused = false;
        again.left.onClose(() => {
          refused = true;
        });
        device.torrents.attach(bundle.infoHash, poisoner.id, again.right);
        await until(() => refused, 'the refusal of the poisoner');
        link(honest, device, bundle.infoHash);
        const done = await completion(device, bundle);
        await checkHas(device, bundle, files);
        check(
          (done.bytesFrom.get(poisoner.id) ?? 0) < bundle.sizeBytes,
          'less than the bundle from the poisoner',
        );
      },
    ),

    withNodes(
      'one poisoner beside an honest seeder: it completes, and the traffic stays bounded',
      async (open) => {
        const [honest, poisoner, device] = [
          await open('honest'),
          await open('poisoner'),
          await open('device'),
        ];
        const files = [sampleBytes(3_000_000, 1)];
        const bundle = await publish(honest, files);
        await publish(poisoner, files);
        for (const node of [honest, poisoner, device]) node.torrents.hold(bundle);
        link(poisoner, device, bundle.infoHash, tamperWithBlocks());
        link(honest, device, bundle.infoHash);
        const done = await completion(device, bundle);
        await checkHas(device, bundle, files);
        const total = [...done.bytesFrom.values()].reduce((sum, bytes) => sum + bytes, 0);
        check(total < bundle.sizeBytes * 2.5, `less than ${total} bytes for ${bundle.sizeBytes}`);
        const named = new Set(
          device.events.flatMap((event) => (event.type === 'bad-piece' ? [event.peer] : [])),
        );
        check(!named.has(honest.id), 'the honest seeder not to be named');
      },
    ),

    withNodes('a poisoner whose blocks are mixed with honest ones in one piece is found', async (open) => {
      const [honest, poisoner, device] = [await open('honest'), await open('poisoner'), await open('device')];
      const files = [sampleBytes(64 * KIB, 1)];
      const bundle = await publish(honest, files);
      await publish(poisoner, files);
      for (const node of [honest, poisoner]) node.torrents.hold(bundle);
      await Promise.all([completion(honest, bundle), completion(poisoner, bundle)]);
      device.torrents.hold(bundle);
      link(poisoner, device, bundle.infoHash, tamperWithBlocks());
      link(honest, device, bundle.infoHash);
      const done = await completion(device, bundle);
      await checkHas(device, bundle, files);
      const named = new Set(
        device.events.flatMap((event) => (event.type === 'bad-piece' ? [event.peer] : [])),
      );
      checkEqual([...named], done.bytesFrom.has(poisoner.id) ? [poisoner.id] : [], 'who is named');
      const total = [...done.bytesFrom.values()].reduce((sum, bytes) => sum + bytes, 0);
      // Mixed, from the poisoner alone, from the honest one; and blocks that were asked of two at once.
      check(total <= 4 * bundle.sizeBytes, `not ${total} bytes for ${bundle.sizeBytes}`);
    }),

    withNodes(
      'files that do not make the SHA-256 of the manifest fail the bundle; those that do stay',
      async (open) => {
        const [publisher, device] = [await open('publisher'), await open('device')];
        const files = [sampleBytes(300_000, 1), sampleBytes(300_000, 2)];
        const bundle = await publish(publisher, files);
        const wrongHash = await hashOf(sampleBytes(5, 9));
        const lying: Bundle = {
          ...bundle,
          files: bundle.files.map((file, at) => (at === 1 ? { ...file, hash: wrongHash } : file)),
        };
        publisher.torrents.hold(bundle);
        device.torrents.hold(lying);
        link(publisher, device, bundle.infoHash);
        checkEqual(await failure(device, bundle), 'file-hash-mismatch', 'the reason');
        checkEqual(device.torrents.held(), [], 'what is held');
        checkEqual(await device.content.hasFile(wrongHash), false, 'the wrong file');
        await device.torrents.drop(bundle.infoHash);
        checkEqual(await device.content.getPiece(bundle.infoHash, 0), undefined, 'the pieces in transit');
      },
    ),

    withNodes('whole files that do not make the pieces of the torrent fail the bundle', async (open) => {
      const [publisher, device] = [await open('publisher'), await open('device')];
      const bundle = await publish(publisher, [sampleBytes(300_000, 1)]);
      const other = await publish(device, [sampleBytes(300_000, 2)]);
      device.torrents.hold({ ...bundle, files: other.files });
      checkEqual(await failure(device, bundle), 'file-hash-mismatch', 'the reason');
    }),

    ...(['info hash', 'size', 'a second file in the same place', 'trackers', 'bytes cut off'] as const).map(
      (what) =>
        withNodes(`a metainfo that does not fit its bundle is refused (B3): ${what}`, async (open) => {
          const [publisher, device] = [await open('publisher'), await open('device')];
          const bundle = await publish(publisher, [sampleBytes(100_000, 1)]);
          const [file] = bundle.files as [BundleFile];
          const wrong: Record<typeof what, Partial<Bundle>> = {
            'info hash': { infoHash: 'f'.repeat(40) as InfoHash },
            size: { sizeBytes: 99_999, files: [{ ...file, sizeBytes: 99_999 }] },
            'a second file in the same place': {
              files: [file, { ...file, hash: 'A'.repeat(43) as FileHash }],
            },
            trackers: {
              metainfo: concat(
                new TextEncoder().encode('d8:announce15:ws://evil.test/'),
                bundle.metainfo.subarray(1),
              ),
            },
            'bytes cut off': { metainfo: bundle.metainfo.subarray(0, -1) },
          };
          const asked = { ...bundle, ...wrong[what] };
          device.torrents.hold(asked);
          checkEqual(await failure(device, asked), 'bad-metainfo', 'the reason');
          checkEqual(device.torrents.held(), [], 'what is held');
        }),
    ),

    withNodes(
      'the torrent of the same files is the same everywhere, with at most 512 pieces',
      async (open) => {
        const [publisher, other] = [await open('publisher'), await open('other')];
        const files = [sampleBytes(5_000_000, 1)];
        const [bundle, again] = [await publish(publisher, files), await publish(other, files)];
        checkEqual(again.metainfo, bundle.metainfo, 'the metainfo');
        checkEqual(again.infoHash, bundle.infoHash, 'the info hash');
        const large = await publish(publisher, [sampleBytes(40_000_000, 1)]);
        check(
          large.metainfo.length < 512 * 20 + 200,
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
      const { left, right } = fixture.openChannels();
      let closed = false;
      left.onClose(() => {
        closed = true;
      });
      device.torrents.attach('0'.repeat(40) as InfoHash, 'x'.repeat(43) as NodeId, right);
      await until(() => closed, 'the end of the channel');
    }),
  ];
}

/** Keeps the files in the node's content store and makes their torrent. */
export async function publish(
  node: { readonly content: ContentStore; readonly torrents: Torrents },
  contents: readonly Uint8Array[],
): Promise<Bundle> {
  const files: BundleFile[] = [];
  let offset = 0;
  for (const bytes of contents) {
    const hash = await hashOf(bytes);
    await node.content.putFile(hash, bytes.length, inChunks(bytes, 100_000));
    files.push({ hash, sizeBytes: bytes.length, offset });
    offset += bytes.length;
  }
  return { ...(await node.torrents.create('sample 1.0', files)), sizeBytes: offset, files };
}

async function completion(node: Node, { infoHash }: Bundle) {
  const ended = () =>
    node.events.find(
      (event) =>
        (event.type === 'bundle-complete' || event.type === 'bundle-failed') && event.infoHash === infoHash,
    );
  await until(() => ended() !== undefined, 'the end of the bundle', 40_000);
  const event = ended()!;
  check(event.type === 'bundle-complete', `completion, not ${JSON.stringify(event)}`);
  return event;
}

async function failure(node: Node, { infoHash }: Bundle): Promise<string> {
  const failed = () =>
    node.events.find((event) => event.type === 'bundle-failed' && event.infoHash === infoHash);
  await until(() => failed() !== undefined, 'the failure of the bundle');
  const event = failed()!;
  check(event.type === 'bundle-failed' && event.detail.length > 0, 'a detail in words');
  return event.reason;
}

function lastProgress(node: Node) {
  return node.events.filter((event) => event.type === 'bundle-progress').at(-1);
}

async function checkHas(node: Node, bundle: Bundle, contents: readonly Uint8Array[]): Promise<void> {
  for (const [at, file] of bundle.files.entries()) {
    checkEqual(await node.content.readFile(file.hash, 0, file.sizeBytes), contents[at], `file ${at}`);
  }
  checkEqual(await node.content.getPiece(bundle.infoHash, 0), undefined, 'a piece in transit that is left');
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const out = new Uint8Array(left.length + right.length);
  out.set(left);
  out.set(right, left.length);
  return out;
}
