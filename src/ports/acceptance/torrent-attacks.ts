import type { FileHash, InfoHash, NodeId } from '../../core/wire/encoding/ids.ts';
import type { Bundle, BundleFile } from '../torrents.ts';
import { type AcceptanceCase, check, checkEqual, until } from './acceptance-case.ts';
import { tamperWithBlocks } from './block-tampering.ts';
import { hashOf, sampleBytes } from './sample-bytes.ts';
import {
  checkHas,
  completion,
  createTorrentScene,
  failure,
  publish,
  type TorrentsFixture,
} from './torrent-scene.ts';

const KIB = 1024;

/** Poisoners, and bundles that are not what they say. */
export function torrentAttackCases(fixture: TorrentsFixture): readonly AcceptanceCase[] {
  const { withNodes, link, openChannels } = createTorrentScene(fixture);
  return [
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
        const again = openChannels();
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
      // Mixed, from the poisoner alone, from the honest one; and blocks that were asked of two at once, or came when nobody waited any more.
      check(total <= 5 * bundle.sizeBytes, `not ${total} bytes for ${bundle.sizeBytes}`);
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
      'a peer that sends garbage on a wire is cut and named with the reason, and an honest one finishes (B6)',
      async (open) => {
        const [publisher, device] = [await open('publisher'), await open('device')];
        const files = [sampleBytes(300_000, 1)];
        const bundle = await publish(publisher, files);
        for (const node of [publisher, device]) node.torrents.hold(bundle);
        const mallory = 'mallory'.padEnd(43, '_') as NodeId;
        const { left, right } = openChannels();
        let closed = false;
        left.onClose(() => {
          closed = true;
        });
        device.torrents.attach(bundle.infoHash, mallory, right);
        await left.write(new Uint8Array(1_000).fill(0xff));
        await until(() => closed, 'the end of the wire');
        const violations = device.events.filter((event) => event.type === 'wire-violated');
        checkEqual(
          violations.map(({ peer, reason }) => ({ peer, reason })),
          [{ peer: mallory, reason: 'does not speak BitTorrent' }],
          'what was named',
        );
        link(publisher, device, bundle.infoHash);
        await completion(device, bundle);
        await checkHas(device, bundle, files);
      },
    ),
  ];
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const out = new Uint8Array(left.length + right.length);
  out.set(left);
  out.set(right, left.length);
  return out;
}
