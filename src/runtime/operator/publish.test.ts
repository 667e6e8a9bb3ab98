import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryContentStore } from '../../adapters/memory/content-store.ts';
import type { InfoHash, ReleaseId } from '../../core/wire/encoding/ids.ts';
import { hashOf, sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { publishRelease } from './publish.ts';
import type { HashedFile } from './source-file.ts';
import { createPeople, type People } from './testing/people.ts';

let people: People;
let content: ContentStore;
let seeded: ReleaseId[];

beforeEach(async () => {
  people = await createPeople();
  content = createMemoryContentStore();
  seeded = [];
});
afterEach(() => people.close());

/** The person's node with an engine that makes torrents of whatever it is given. */
const withTorrents = (runtime: NodeRuntime): NodeRuntime => ({
  ...runtime,
  createBundle: async () => ({ infoHash: '1'.repeat(40) as InfoHash, metainfo: new Uint8Array(8) }),
  seed: (release) => void seeded.push(release),
});

async function aFile(path: string, seed = 1): Promise<HashedFile> {
  const bytes = new Uint8Array(sampleBytes(100, seed));
  return { path, sizeBytes: 100, hash: await hashOf(bytes), read: async () => new Blob([bytes]) };
}

const publish = (by: NodeRuntime, product: string, files: readonly HashedFile[]) =>
  publishRelease(
    withTorrents(by),
    { content },
    {
      files,
      product,
      version: '1.0',
      health: { type: 'call', withinMs: 10_000 },
      onProgress: () => {},
    },
  );

describe('a release that is published', () => {
  test('follows the newest of its product, under the next counter, and is seeded here (L7)', async () => {
    const { ada } = people;
    const files = [await aFile('index.html')];
    const first = await publish(ada, 'menu', files);
    await publish(ada, 'till', files);
    const second = await publish(ada, 'menu', files);
    const releases = ada.node.view().releases;
    expect(releases.get(second)?.manifest.counter).toBe(2);
    expect(releases.get(second)?.entry.parents).toEqual([first]);
    expect(seeded).toContain(second);
  });

  test('needs the right to publish this product, before a byte of it is stored (L5)', async () => {
    const rights = { roles: ['release'], path: '/releases/menu', mayGrant: false } as const;
    const bo = await people.invite(people.ada, 'Bo', rights);
    const file = await aFile('index.html');
    await expect(publish(bo, 'till', [file])).rejects.toThrow('/releases/till');
    expect(await content.hasFile(file.hash)).toBe(false);
    await publish(bo, 'menu', [file]);
    expect(bo.node.view().releases.size).toBe(1);
  });

  test('has no file that devices would refuse: nothing of such a folder is stored or signed', async () => {
    const file = await aFile('.fieldfare/client.js');
    await expect(publish(people.ada, 'menu', [await aFile('index.html', 2), file])).rejects.toThrow(
      '.fieldfare',
    );
    expect(await content.hasFile(file.hash)).toBe(false);
    expect(people.ada.node.view().releases.size).toBe(0);
  });
});
