import { describe, expect, test, vi } from 'vitest';
import type { FileHash, NodeId } from '../../core/wire/encoding/ids.ts';
import { sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import { publish } from '../../ports/acceptance/torrent-scene.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { TorrentEvent } from '../../ports/torrents.ts';
import { createByteChannelPair } from '../memory/byte-channel.ts';
import { createMemoryContentStore } from '../memory/content-store.ts';
import { createTorrents } from './torrents.ts';

const peerOf = (name: string) => name.padEnd(43, '_') as NodeId;

function node(content: ContentStore = createMemoryContentStore(), stallMs = 15_000) {
  const events: TorrentEvent[] = [];
  const torrents = createTorrents({ content, onEvent: (event) => events.push(event), stallMs });
  const ended = () => events.find(({ type }) => type === 'bundle-complete' || type === 'bundle-failed');
  return { content, events, torrents, ended };
}

describe('a held bundle when its surroundings fail', { timeout: 30_000 }, () => {
  test('a full disk fails the bundle in words and keeps what was fetched for the next try', async () => {
    const publisher = node();
    const bundle = await publish(publisher, [sampleBytes(1_000_000, 1)]);
    const device = node(createMemoryContentStore({ quotaBytes: 300_000 }));
    publisher.torrents.hold(bundle);
    device.torrents.hold(bundle);
    const { left, right } = createByteChannelPair();
    publisher.torrents.attach(bundle.infoHash, peerOf('device'), left);
    device.torrents.attach(bundle.infoHash, peerOf('publisher'), right);
    await vi.waitUntil(device.ended, 10_000);
    expect(device.ended()).toMatchObject({
      type: 'bundle-failed',
      reason: 'storage-refused',
      detail: /quota/,
    });
    const { usedBytes } = (await device.content.estimate())!;
    expect(usedBytes).toBeGreaterThan(100_000);
    await device.torrents.drop(bundle.infoHash);
    expect((await device.content.estimate())!.usedBytes).toBe(0);
    await Promise.all([publisher.torrents.close(), device.torrents.close()]);
  });

  test('a file that the store lists as whole and has damaged is fetched again, its good pieces are not (B4)', async () => {
    const publisher = node();
    const bundle = await publish(publisher, [sampleBytes(1_000_000, 1)]);
    const content = createMemoryContentStore();
    const seeded = node(content);
    await publish(seeded, [sampleBytes(1_000_000, 1)]);
    let isRepaired = false;
    const put = content.putFile;
    const read = content.readFile;
    content.putFile = async (...args) => {
      await put(...args);
      isRepaired = true;
    };
    content.readFile = async (hash: FileHash, start: number, end: number) => {
      const bytes = await read(hash, start, end);
      if (bytes !== undefined && !isRepaired && start <= 200_000 && 200_000 < end)
        bytes[200_000 - start]! ^= 1;
      return bytes;
    };
    publisher.torrents.hold(bundle);
    seeded.torrents.hold(bundle);
    const { left, right } = createByteChannelPair();
    publisher.torrents.attach(bundle.infoHash, peerOf('device'), left);
    seeded.torrents.attach(bundle.infoHash, peerOf('publisher'), right);
    await vi.waitUntil(seeded.ended, 10_000);
    expect(seeded.ended()).toMatchObject({ type: 'bundle-complete', bytesKept: 1_000_000 - 65_536 });
    const whole = await content.readFile(bundle.files[0]!.hash, 0, 1_000_000);
    expect(Buffer.compare(whole!, sampleBytes(1_000_000, 1))).toBe(0);
    await Promise.all([publisher.torrents.close(), seeded.torrents.close()]);
  });

  test('a seeder that has stopped sending is cut, and another one finishes (B6)', async () => {
    const publisher = node();
    const bundle = await publish(publisher, [sampleBytes(1_000_000, 1)]);
    const device = node(createMemoryContentStore(), 300);
    publisher.torrents.hold(bundle);
    device.torrents.hold(bundle);
    let passedBytes = 0;
    const stuck = createByteChannelPair({
      tamper: (bytes) => {
        passedBytes += bytes.length;
        return passedBytes > 200_000 ? new Uint8Array(0) : bytes;
      },
    });
    let isCut = false;
    stuck.right.onClose(() => {
      isCut = true;
    });
    publisher.torrents.attach(bundle.infoHash, peerOf('device'), stuck.left);
    device.torrents.attach(bundle.infoHash, peerOf('stuck'), stuck.right);
    await vi.waitUntil(() => isCut, 10_000);
    expect(passedBytes).toBeGreaterThan(200_000);
    const { left, right } = createByteChannelPair();
    publisher.torrents.attach(bundle.infoHash, peerOf('device'), left);
    device.torrents.attach(bundle.infoHash, peerOf('publisher'), right);
    await vi.waitUntil(device.ended, 10_000);
    expect(device.ended()).toMatchObject({ type: 'bundle-complete' });
    await Promise.all([publisher.torrents.close(), device.torrents.close()]);
  });

  test('a peer that asks for everything and reads nothing makes the seeder hold 2 MiB at most (B6)', async () => {
    const publisher = node();
    const bundle = await publish(publisher, [sampleBytes(8_000_000, 1)]);
    publisher.torrents.hold(bundle);
    await vi.waitUntil(publisher.ended, 10_000);
    const read = vi.spyOn(publisher.content, 'readFile');
    let listener: (bytes: Uint8Array) => void = () => {};
    let writes = 0;
    publisher.torrents.attach(bundle.infoHash, peerOf('greedy'), {
      // The handshake and what the seeder has go out, then the channel is full for ever.
      write: () => (++writes > 2 ? new Promise(() => {}) : Promise.resolve()),
      onBytes: (next) => {
        listener = next;
      },
      onClose: () => {},
      close: () => {},
      gone: () => new Promise(() => {}),
    });
    const send = (id: number, ...numbers: number[]) => {
      const bytes = new Uint8Array(5 + numbers.length * 4);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, bytes.length - 4);
      bytes[4] = id;
      for (const [at, number] of numbers.entries()) view.setUint32(5 + at * 4, number);
      listener(bytes);
    };
    const hello = new Uint8Array(68);
    hello.set(new TextEncoder().encode('\u0013BitTorrent protocol'));
    hello[27] = 4;
    hello.set(
      Uint8Array.from(bundle.infoHash.match(/../g)!, (pair) => Number.parseInt(pair, 16)),
      28,
    );
    hello.fill(65, 48);
    listener(hello);
    await vi.waitUntil(() => writes > 1, 10_000);
    send(15);
    send(2);
    const pieces = Math.ceil(bundle.sizeBytes / 65_536) - 1;
    for (let index = 0; index < pieces; index++)
      for (let at = 0; at < 4; at++) send(6, index, at * 16_384, 16_384);
    await vi.waitUntil(() => read.mock.calls.length > 0, 10_000);
    // Long enough for all 480 requests to be answered, were they let through.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    const readBytes = read.mock.calls.reduce((sum, [, start, end]) => sum + end - start, 0);
    expect(readBytes).toBeLessThanOrEqual(2 * 1024 * 1024);
    await publisher.torrents.close();
  });
});
