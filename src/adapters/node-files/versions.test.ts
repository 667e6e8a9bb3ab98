import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serialize } from 'node:v8';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileHash } from '../../core/wire/encoding/ids.ts';
import { StoredByLaterVersion } from '../../ports/content.ts';
import { createFileContentStore } from './content-store.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { createFileKeptPlace } from './kept-place.ts';
import { createFileLedgerStore } from './ledger-store.ts';
import { prepareNodeFolder } from './node-folder.ts';
import { createFileRecordStore } from './record-store.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fieldfare-versions-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
const freshFolder = () => join(root, String(++count));

/** The folder of a node as version 1 wrote it. */
async function anOlderFolder() {
  const packed = await readFile(new URL('../../../vectors/stored/node-folder-1.json.gz', import.meta.url));
  const { files, fleet } = JSON.parse(gunzipSync(packed).toString('utf8')) as {
    readonly files: Readonly<Record<string, string>>;
    readonly fleet: string;
  };
  const folder = freshFolder();
  for (const [path, base64] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.from(base64, 'base64'));
  }
  return { folder, fleet, counter: Object.keys(files).find((path) => /kept-counter/.test(path))! };
}

/** Names and bytes of all that is in a folder. */
async function contentsOf(folder: string): Promise<readonly (readonly [string, string])[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (path) => [path, await readFile(path, 'base64')] as const));
}

describe('what version 1 of a node stored', () => {
  test('ledger: all entries are there, in their order, and more are appended behind them (K6)', async () => {
    const { folder } = await anOlderFolder();
    await prepareNodeFolder(folder);
    const store = await createFileLedgerStore(join(folder, 'ledger'));
    const { envelopes, damaged } = await store.load();
    expect([envelopes.length, damaged]).toEqual([5, 0]);
    await store.append([{ key: 'another', envelope: new Uint8Array([1]) }]);
    store.close();
    const again = await createFileLedgerStore(join(folder, 'ledger'));
    expect((await again.load()).envelopes).toEqual([...envelopes, new Uint8Array([1])]);
    expect(await readdir(join(folder, 'ledger'))).not.toContain('ledger');
    again.close();
  });

  test('records, counters, marks and files are read as they were (K1, K2, K6)', async () => {
    const { folder, fleet, counter } = await anOlderFolder();
    await prepareNodeFolder(folder);
    const records = await createFileRecordStore(join(folder, 'records'));
    expect(await records.get('membership')).toMatchObject({ fleet });
    const place = await createFileKeptPlace(join(folder, 'kept'));
    expect(await place.get(decodeURIComponent(/kept-(counter.*)$/.exec(counter)![1]!))).toBe('1');
    expect(await place.get(`mark/${fleet}`)).toBeTypeOf('string');
    const content = await createFileContentStore(join(folder, 'content'));
    expect(
      await content.readFile('ZcUzKqr7k4cOkybcnAZyQe1qaLT1-JDBgJK5jlTnOrI' as FileHash, 0, 48),
    ).toHaveLength(48);
  });

  test('records are of this version from the next put on (K6)', async () => {
    const { folder, fleet } = await anOlderFolder();
    const records = await createFileRecordStore(join(folder, 'records'));
    await records.put({ name: 'Cupboard' });
    records.close();
    const again = await createFileRecordStore(join(folder, 'records'));
    expect(await again.get('membership')).toMatchObject({ fleet });
    expect(await again.get('name')).toBe('Cupboard');
  });

  test('a ledger that is damaged gives what is whole in it, and stays (K5, K6)', async () => {
    const { folder } = await anOlderFolder();
    const path = join(folder, 'ledger', 'ledger');
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 1));
    await prepareNodeFolder(folder);
    const store = await createFileLedgerStore(join(folder, 'ledger'));
    const { envelopes } = await store.load();
    expect(envelopes.length).toBeGreaterThan(0);
    expect(envelopes.length).toBeLessThan(5);
    expect(await readFile(path)).toEqual(bytes.subarray(0, bytes.length - 1));
    store.close();
  });
});

/** A disk that refuses everything from its `steps`th change on, as for a process that is killed there. */
function dyingDisk(steps: number): Disk {
  let left = steps;
  const step = () => {
    if (left-- <= 0) throw Object.assign(new Error('killed'), { code: 'EIO' });
  };
  return {
    ...nodeDisk,
    open: async (path, to) => {
      if (to !== 'read') step();
      const file = await nodeDisk.open(path, to);
      return {
        ...file,
        write: async (bytes) => {
          step();
          return file.write(bytes);
        },
      };
    },
    rename: async (from, to) => {
      step();
      return nodeDisk.rename(from, to);
    },
    remove: async (path) => {
      step();
      return nodeDisk.remove(path);
    },
  };
}

test('a node that is killed at any step of a migration loses no entry of its ledger (K6)', async () => {
  let finished = false;
  for (let steps = 0; !finished; steps++) {
    const { folder } = await anOlderFolder();
    finished = await prepareNodeFolder(folder, dyingDisk(steps)).then(
      () => true,
      () => false,
    );
    await prepareNodeFolder(folder);
    const store = await createFileLedgerStore(join(folder, 'ledger'));
    expect((await store.load()).envelopes, `killed at step ${steps}`).toHaveLength(5);
    store.close();
  }
});

test('a ledger that was begun anew beside one of version 1 has the entries of both (K6)', async () => {
  const { folder } = await anOlderFolder();
  const path = join(folder, 'ledger');
  const begun = await createFileLedgerStore(path);
  await begun.append([{ key: 'another', envelope: new Uint8Array([1]) }]);
  begun.close();
  await prepareNodeFolder(folder);
  const store = await createFileLedgerStore(path);
  const { envelopes } = await store.load();
  expect(envelopes).toHaveLength(6);
  expect(envelopes.at(-1)).toEqual(new Uint8Array([1]));
  store.close();
});

test('a new folder is of this version, and a second start finds nothing to do (K6)', async () => {
  const folder = freshFolder();
  await prepareNodeFolder(folder);
  const before = await contentsOf(folder);
  expect(before).toHaveLength(1);
  await prepareNodeFolder(folder, dyingDisk(0));
  expect(await contentsOf(folder)).toEqual(before);
});

describe('what a later version stored', () => {
  test('is named in plain words, and nothing in it changes: the folder (K6)', async () => {
    const { folder } = await anOlderFolder();
    await writeFile(join(folder, 'version'), '99\n');
    const before = await contentsOf(folder);
    await expect(prepareNodeFolder(folder)).rejects.toThrow(StoredByLaterVersion);
    await expect(prepareNodeFolder(folder)).rejects.toThrow(
      `The data in ${folder} (version 99) was written by a later version of Fieldfare. Update this one; nothing was changed.`,
    );
    expect(await contentsOf(folder)).toEqual(before);
  });

  test('is named in plain words, and nothing in it changes: records (K6)', async () => {
    const folder = freshFolder();
    await mkdir(folder);
    const path = join(folder, 'records');
    await writeFile(path, serialize({ version: 99, records: 'in another form' }));
    const before = await contentsOf(folder);
    await expect(createFileRecordStore(folder)).rejects.toThrow(StoredByLaterVersion);
    await expect(createFileRecordStore(folder)).rejects.toThrow(`The data in ${path} (version 99)`);
    expect(await contentsOf(folder)).toEqual(before);
  });

  test('is not guessed at where the number is damaged: the node says which file to restore (K6)', async () => {
    const { folder } = await anOlderFolder();
    await writeFile(join(folder, 'version'), 'x');
    await expect(prepareNodeFolder(folder)).rejects.toMatchObject({
      name: 'StorageRefused',
      message: expect.stringMatching(/version is damaged, it has no number/),
    });
  });
});
