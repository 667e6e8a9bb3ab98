import { openAsBlob } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileHasher } from '../../adapters/file-hashing/hasher.ts';
import { createMemoryContentStore } from '../../adapters/memory/content-store.ts';
import { createTorrents } from '../../adapters/webtorrent/torrents.ts';
import { type EntryId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import { encodeEntry } from '../../core/wire/entry/entry.ts';
import { MAX_RELEASE_BODY_BYTES } from '../../core/wire/entry/release.ts';
import { hashOf } from '../../ports/acceptance/sample-bytes.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { FileHasher } from '../../ports/file-hasher.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { manifestProblem } from './folder-problems.ts';
import { createFolderInspector, type FolderInspector, type FolderReport } from './inspect-folder.ts';
import { publishRelease } from './publish.ts';
import { FolderChanged, type SourceFile } from './source-file.ts';
import { createPeople, type People } from './testing/people.ts';

let people: People;
let runtime: NodeRuntime;
let content: ContentStore;
let hasher: FileHasher;
let inspector: FolderInspector;
let folder: string;
/** Sizes of the files that were hashed. */
let hashed: number[];

beforeEach(async () => {
  people = await createPeople();
  content = createMemoryContentStore();
  const torrents = createTorrents({ content, onEvent: () => {} });
  runtime = { ...people.ada, createBundle: torrents.create, metainfoBytes: torrents.metainfoBytes };
  hashed = [];
  const inner = createFileHasher({
    start: () => {
      throw new Error('no thread in this test');
    },
    clock: { schedule: () => () => {} },
    onFailure: () => {},
  });
  hasher = {
    ...inner,
    hash: (file, options) => {
      hashed.push(file.size);
      return inner.hash(file, options);
    },
  };
  inspector = createFolderInspector(runtime, hasher);
  folder = await mkdtemp(join(tmpdir(), 'fieldfare-folder-'));
});
afterEach(async () => {
  hasher.close();
  await people.close();
  await rm(folder, { recursive: true, force: true });
});

const write = async (files: Readonly<Record<string, string | Uint8Array>>) => {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
};

/** The folder's files as a browser would hand them out: what is read later must be as it is now. */
const choose = async (): Promise<SourceFile[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const blob = await openAsBlob(path);
        return { path: relative(folder, path), sizeBytes: blob.size, read: async () => blob };
      }),
  );
};

const inspect = async (files?: readonly SourceFile[], include: readonly string[] = []) =>
  inspector.inspect(files ?? (await choose()), {
    include: new Set(include),
    onProgress: () => {},
    signal: new AbortController().signal,
  });

const publish = ({ files }: FolderReport) =>
  publishRelease(
    runtime,
    { content },
    {
      files,
      product: 'menu',
      version: '1.0.0',
      health: { type: 'call', withinMs: 10_000 },
      onProgress: () => {},
    },
  );

const manifests = () => Array.from(runtime.node.view().releases.values(), ({ manifest }) => manifest);

describe('names from a Mac', () => {
  const DECOMPOSED = 'Ku\u0308che/Cre\u0300me.png';

  test('are published in the form of Unicode that releases have', async () => {
    await write({ 'index.html': '<p>', [DECOMPOSED]: 'png' });
    const facts = await inspect();
    expect(facts.problems).toEqual([]);
    await publish(facts);
    expect(manifests()[0]?.files.map(({ path }) => path)).toEqual([
      'K\u00fcche/Cr\u00e8me.png',
      'index.html',
    ]);
  });

  test('are refused where two become one, with the name', async () => {
    await write({ 'index.html': '<p>', 'Ku\u0308che.png': '1', 'K\u00fcche.png': '2' });
    expect((await inspect()).problems).toEqual([
      'The folder has "K\u00fcche.png" twice, in two spellings of Unicode that look the same. Rename or delete one of them.',
    ]);
  });
});

describe('what a folder says of itself', () => {
  const text = JSON.stringify({ name: '@harbour/menu', version: '2.0.0' });
  const said = { suggestedProduct: 'harbour-menu', suggestedVersion: '2.0.0' };
  const utf16 = (bigEndian: boolean) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };

  test.each([
    ['none', Buffer.from(text)],
    ['that of UTF-8', Buffer.from(`\ufeff${text}`)],
    ['that of UTF-16, little end first, as PowerShell writes', utf16(false)],
    ['that of UTF-16, big end first', utf16(true)],
  ])('is read with any byte-order mark: %s', async (_, bytes) => {
    await write({ 'index.html': '<p>', 'package.json': bytes });
    expect(await inspect()).toMatchObject(said);
  });

  test('is nothing where its package.json is none', async () => {
    await write({ 'index.html': '<p>', 'package.json': '{ name: menu' });
    expect(await inspect()).toMatchObject({ suggestedProduct: undefined, suggestedVersion: undefined });
  });
});

describe('what nobody wants on a device', () => {
  test('is left out and named, and comes in when it is ticked, without reading the rest again', async () => {
    await write({
      'index.html': '<p>12',
      'app.js.map': '{}',
      '.git/HEAD': 'ref',
      '.DS_Store': 'x',
      '.env': 'TOKEN=1',
      'certs/server.pem': 'secret',
    });
    const files = await choose();
    const facts = await inspect(files);
    expect(facts.files.map(({ path }) => path)).toEqual(['index.html']);
    expect(facts).toMatchObject({ fileCount: 1, sizeBytes: 5, problems: [] });
    expect(facts.leftOut.map(({ key, paths }) => [key, paths])).toEqual([
      ['.env', ['.env']],
      ['certs/server.pem', ['certs/server.pem']],
      ['version-control', ['.git/HEAD']],
      ['system', ['.DS_Store']],
      ['source-maps', ['app.js.map']],
    ]);
    expect(hashed).toEqual([5]);
    const again = await inspect(files, ['source-maps', '.env']);
    expect(again.files.map(({ path }) => path)).toEqual(['.env', 'app.js.map', 'index.html']);
    expect(hashed).toHaveLength(3);
    await publish(again);
    expect(manifests()[0]?.files).toHaveLength(3);
  });
});

describe('a folder without an index.html', () => {
  test('names the folders below it that have one', async () => {
    await write({ 'package.json': '{}', 'dist/index.html': '<p>', 'docs/a/index.html': '<p>' });
    const facts = await inspect();
    expect(facts.startable).toEqual(['dist']);
    expect(facts.problems).toEqual([
      'The folder has no index.html at its top, so a device could not start it. If yours is a symbolic link, put the file itself in its place: browsers pass links over.',
    ]);
    expect(hashed).toEqual([]);
  });

  test('is told of one that is nearly called so', async () => {
    await write({ 'Index.htm': '<p>' });
    expect((await inspect()).problems[0]).toContain('Rename it to index.html.');
  });
});

describe('what cannot be signed', () => {
  const longNames = (count: number, characters: number) =>
    Array.from({ length: count }, (_, index) => ({
      path: index === 0 ? 'index.html' : `${String(index).padStart(4, '0')}${'n'.repeat(characters - 4)}`,
      sizeBytes: 1_000,
      read: () => Promise.reject(new Error('it was read')),
    }));

  test('is said before a byte is read, with numbers and what to do', async () => {
    const { problems } = await inspect(longNames(591, 90));
    const said =
      /^The list of the 591 files takes 77,\d{3} bytes, and at most 60,000 can be signed\. A path has 90 characters on average: shorten them by (\d+), or have (\d+) files fewer, by bundling them or leaving some out\.$/.exec(
        problems[0] ?? '',
      );
    expect(problems).toHaveLength(1);
    const [, shorter, fewer] = (said ?? []).map(Number) as [number, number, number];
    const fits = (files: ReturnType<typeof longNames>) =>
      manifestProblem(files, runtime.metainfoBytes('x'.repeat(129), files.length * 1_000)) === undefined;
    // The advice holds, and is no more than it takes.
    expect([fits(longNames(591, 90 - shorter)), fits(longNames(591, 91 - shorter))]).toEqual([true, false]);
    expect([fits(longNames(591 - fewer, 90)), fits(longNames(594 - fewer, 90))]).toEqual([true, false]);
    expect(hashed).toEqual([]);
  });

  test('is not what is said to fit: it is signed, and can be signed again with all that an entry may carry', async () => {
    const fitting = async (): Promise<readonly SourceFile[]> => {
      for (let characters = 90; ; characters--) {
        const files = longNames(591, characters).map((file) => ({
          ...file,
          sizeBytes: 5,
          read: async () => new Blob([file.path.slice(0, 5)]),
        }));
        const facts = await inspect(files);
        if (facts.problems.length === 0) return files;
      }
    };
    const facts = await inspect(await fitting());
    const release = await publish(facts);
    const entry = runtime.node.ledger.accepted(release)!;
    const some = <Id extends EntryId | NodeId>(length: number) =>
      Array.from({ length }, (_, at) => idFromBytes<Id>(new Uint8Array(32).fill(at + 1))).sort();
    expect(() =>
      encodeEntry({
        ...entry,
        parents: some<EntryId>(64),
        authority: some<EntryId>(64),
        cosigners: some<NodeId>(15),
        sequence: Number.MAX_SAFE_INTEGER,
        timeMs: Number.MAX_SAFE_INTEGER,
        expiresAtMs: Number.MAX_SAFE_INTEGER,
        body: { bytes: new Uint8Array(MAX_RELEASE_BODY_BYTES) },
        path: `/releases/${'x'.repeat(64)}/${Number.MAX_SAFE_INTEGER}`,
      }),
    ).not.toThrow();
  });
});

describe('a folder that is built again', () => {
  const touch = async (path: string, text: string) => {
    await writeFile(join(folder, path), text);
    const later = new Date(Date.now() + 5_000);
    await utimes(join(folder, path), later, later);
  };

  beforeEach(() => write({ 'index.html': '<p>', 'assets/app.js': 'first' }));

  test('between the choice and the reading says which file, and asks for the folder again', async () => {
    const files = await choose();
    await touch('assets/app.js', 'second');
    await expect(inspect(files)).rejects.toThrow(
      '"assets/app.js" is not what it was when you chose the folder: it was built again, moved or deleted since. Nothing was signed. Choose the folder again.',
    );
  });

  test('between the reading and the signature does too, and nothing is signed', async () => {
    const facts = await inspect();
    const before = runtime.node.ledger.size();
    await touch('assets/app.js', 'second');
    await expect(publish(facts)).rejects.toThrow(FolderChanged);
    expect(runtime.node.ledger.size()).toBe(before);
    await expect(inspect()).resolves.toMatchObject({ problems: [] });
  });

  test('does too where a file went away', async () => {
    const facts = await inspect();
    await rm(join(folder, 'assets'), { recursive: true });
    await expect(publish(facts)).rejects.toThrow('"assets/app.js" is not what it was');
  });

  test('does too where nobody noticed and the bytes are others than those that were reported', async () => {
    let text = 'first';
    const file = (path: string, read: () => Blob): SourceFile => ({
      path,
      sizeBytes: 5,
      read: async () => read(),
    });
    const facts = await inspect([
      file('index.html', () => new Blob(['<p>12'])),
      file('app.js', () => new Blob([text])),
    ]);
    text = 'other';
    await expect(publish(facts)).rejects.toThrow('"app.js" is not what it was');
    expect(await content.hasFile(await hashOf(new TextEncoder().encode('other')))).toBe(false);
  });
});

describe('reading', () => {
  test('is told in bytes of all that is published, and ends when another folder is chosen', async () => {
    await write({ 'index.html': 'x'.repeat(1_000), 'app.js': 'y'.repeat(500), '.env': 'left out' });
    const seen: { doneBytes: number; sizeBytes: number }[] = [];
    await inspector.inspect(await choose(), {
      include: new Set(),
      onProgress: (progress) => seen.push(progress),
      signal: new AbortController().signal,
    });
    expect(seen.at(-1)).toEqual({ doneBytes: 1_500, sizeBytes: 1_500 });
    expect(seen.every(({ doneBytes }, index) => index === 0 || doneBytes >= seen[index - 1]!.doneBytes)).toBe(
      true,
    );
    const abort = new AbortController();
    abort.abort(new RangeError('another folder'));
    await expect(
      inspector.inspect(await choose(), { include: new Set(), onProgress: () => {}, signal: abort.signal }),
    ).rejects.toThrow('another folder');
  });
});
