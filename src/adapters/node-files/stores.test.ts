import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentStoreCases } from '../../ports/acceptance/content-store.ts';
import { keptPlaceCases } from '../../ports/acceptance/kept-place.ts';
import { ledgerStoreCases } from '../../ports/acceptance/ledger-store.ts';
import { recordStoreCases } from '../../ports/acceptance/record-store.ts';
import { hashOf, inChunks, sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import { createFileContentStore } from './content-store.ts';
import { createFileKeptPlace } from './kept-place.ts';
import { createFileLedgerStore } from './ledger-store.ts';
import { createFileRecordStore } from './record-store.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fieldfare-files-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
const freshFolder = () => join(root, String(++count));

describe('content in files', () => {
  for (const { name, run } of contentStoreCases(() => createFileContentStore(freshFolder()))) test(name, run);

  test('what is kept is there after the store is opened again, and half a file is swept', async () => {
    const folder = freshFolder();
    const bytes = sampleBytes(600_000, 1);
    const hash = await hashOf(bytes);
    const before = await createFileContentStore(folder);
    await before.putFile(hash, bytes.length, inChunks(bytes, 65_536));
    before.close();
    const leftover = join(folder, 'incoming', 'half');
    await writeFile(leftover, 'half');
    const after = await createFileContentStore(folder);
    expect(Buffer.compare((await after.readFile(hash, 0, bytes.length))!, bytes)).toBe(0);
    await expect(readFile(leftover)).rejects.toThrow(/ENOENT/);
    after.close();
  });
});

describe('the ledger in a file', () => {
  const record = (seed: number) => ({ key: `entry ${seed}`, envelope: sampleBytes(50, seed) });

  for (const { name, run } of ledgerStoreCases((name) => createFileLedgerStore(join(root, `ledger-${name}`))))
    test(name, run);

  const written = async () => {
    const folder = freshFolder();
    const store = await createFileLedgerStore(folder);
    await store.append([record(1)]);
    await store.append([record(2), record(3)]);
    store.close();
    const [name] = await readdir(folder);
    return { folder, path: join(folder, name!) };
  };

  test('a batch that a power cut tore is left out whole, and can be appended anew', async () => {
    const { folder, path } = await written();
    await truncate(path, (await readFile(path)).length - 3);
    const store = await createFileLedgerStore(folder);
    expect(await store.load()).toEqual({
      envelopes: [record(1).envelope],
      damaged: 1,
      keptAs: join(folder, 'damaged-1'),
    });
    await store.append([record(3), record(2)]);
    expect((await store.load()).envelopes).toEqual([1, 3, 2].map((seed) => record(seed).envelope));
    store.close();
  });

  test('an append to a store that was not loaded knows what is there', async () => {
    const { folder } = await written();
    const store = await createFileLedgerStore(folder);
    await store.append([record(2), record(4)]);
    expect((await store.load()).envelopes.length).toBe(4);
    store.close();
  });
});

describe('records in a file', () => {
  for (const { name, run } of recordStoreCases((name) =>
    createFileRecordStore(join(root, `records-${name}`)),
  ))
    test(name, run);

  test('come back after the store is opened again, puts at once in their order', async () => {
    const folder = freshFolder();
    const store = await createFileRecordStore(folder);
    await Promise.all([1, 2, 3].map((value) => store.put({ value, [`at ${value}`]: value })));
    store.close();
    const again = await createFileRecordStore(folder);
    expect([await again.get('value'), await again.get('at 1')]).toEqual([3, 1]);
    again.close();
  });

  test('a file that is none of ours is refused in words and left as it is', async () => {
    const folder = freshFolder();
    (await createFileRecordStore(folder)).close();
    await writeFile(join(folder, 'records'), 'a letter');
    await expect(createFileRecordStore(folder)).rejects.toThrow(/records is damaged/);
    expect(await readFile(join(folder, 'records'), 'utf8')).toBe('a letter');
  });
});

describe('kept places in files', () => {
  for (const { name, run } of keptPlaceCases((name) => createFileKeptPlace(join(root, `kept-${name}`))))
    test(name, run);
});

test('a folder that cannot be made is refused in words', async () => {
  const file = join(root, 'a-file');
  await writeFile(file, '');
  await expect(createFileRecordStore(join(file, 'below'))).rejects.toMatchObject({ name: 'StorageRefused' });
});
