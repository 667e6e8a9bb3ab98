import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { describe, expect, test, vi } from 'vitest';
import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import { contentStoreCases } from '../../ports/acceptance/content-store.ts';
import { dataCopyStoreCases } from '../../ports/acceptance/data-copies.ts';
import { ledgerStoreCases } from '../../ports/acceptance/ledger-store.ts';
import { recordStoreCases } from '../../ports/acceptance/record-store.ts';
import { hashOf, inChunks, sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import { createContentStore } from './content-store.ts';
import { createDataCopyStore } from './data-copy-store.ts';
import { createLedgerStore } from './ledger-store.ts';
import { createRecordStore } from './record-store.ts';

let count = 0;
const freshName = () => `test-${++count}`;

describe('content in IndexedDB', () => {
  for (const { name, run } of contentStoreCases(() => createContentStore(freshName()))) test(name, run);

  test('what is kept is there after the database is opened again', async () => {
    const name = freshName();
    const bytes = sampleBytes(600_000, 1);
    const hash = await hashOf(bytes);
    const bundle = 'c'.repeat(40) as InfoHash;
    const before = await createContentStore(name);
    await before.putFile(hash, bytes.length, inChunks(bytes, 65_536));
    await before.putPiece(bundle, 4, bytes.subarray(0, 10));
    before.close();
    const after = await createContentStore(name);
    expect(await after.readFile(hash, 0, bytes.length)).toEqual(bytes);
    expect(await after.getPiece(bundle, 4)).toEqual(bytes.slice(0, 10));
    after.close();
  }, 30_000);

  test('a file over 4 MiB is hashed by the platform, not by JavaScript on the page', async () => {
    const store = await createContentStore(freshName());
    const bytes = sampleBytes(5 * 1024 * 1024, 1);
    const hash = await hashOf(bytes);
    const digest = vi.spyOn(crypto.subtle, 'digest');
    await store.putFile(hash, bytes.length, inChunks(bytes, 65_536));
    expect(digest.mock.calls.map(([, { byteLength }]) => byteLength)).toContain(bytes.length);
    digest.mockRestore();
    store.close();
  });

  test('a file whose chunks went missing or changed size reads as not here', async () => {
    const name = freshName();
    const bytes = sampleBytes(600_000, 1);
    const hash = await hashOf(bytes);
    const store = await createContentStore(name);
    await store.putFile(hash, bytes.length, inChunks(bytes, 65_536));
    const db = await openDB(`${name}/content`);
    const [first, second] = await db.getAllKeys('chunks');
    await db.delete('chunks', first!);
    expect(await store.readFile(hash, 0, 10)).toBeUndefined();
    expect(await store.readFile(hash, 300_000, 300_010)).toEqual(bytes.slice(300_000, 300_010));
    await db.put('chunks', new Uint8Array(3), second!);
    expect(await store.readFile(hash, 300_000, 300_010)).toBeUndefined();
    db.close();
    store.close();
  });

  test('a byte that changed on the disk is never read, and the rest of the file still is', async () => {
    const name = freshName();
    const bytes = sampleBytes(5 * 1024 * 1024, 1);
    const hash = await hashOf(bytes);
    const store = await createContentStore(name);
    await store.putFile(hash, bytes.length, inChunks(bytes, 65_536));
    const db = await openDB(`${name}/content`);
    const [, second] = await db.getAllKeys('chunks');
    const chunk = await db.get('chunks', second!);
    chunk.bytes[17] ^= 1;
    await db.put('chunks', chunk, second!);
    expect(await store.readFile(hash, 262_144, 262_145)).toBeUndefined();
    expect(await store.readFile(hash, 0, bytes.length)).toBeUndefined();
    expect(await store.readFile(hash, 0, 262_144)).toEqual(bytes.slice(0, 262_144));
    await store.putFile(hash, bytes.length, inChunks(bytes, 65_536));
    expect(await store.readFile(hash, 262_144, 262_145)).toEqual(bytes.slice(262_144, 262_145));
    db.close();
    store.close();
  });

  test('chunks that a crash left without a file are swept by retain', async () => {
    const name = freshName();
    const store = await createContentStore(name);
    const db = await openDB(`${name}/content`);
    await db.put('chunks', new Uint8Array(3), ['left over', 0]);
    await store.retain(new Set());
    expect(await db.count('chunks')).toBe(0);
    db.close();
    store.close();
  });
});

describe('ledger in IndexedDB', () => {
  const named = new Map<string, string>();
  const open = (name: string) => {
    if (!named.has(name)) named.set(name, freshName());
    return createLedgerStore(named.get(name)!);
  };
  for (const { name, run } of ledgerStoreCases(open)) test(name, run);

  test('a damaged record is left out, counted once, and can be appended anew', async () => {
    const name = freshName();
    const store = await createLedgerStore(name);
    const records = [1, 2, 3].map((seed) => ({ key: `entry ${seed}`, envelope: sampleBytes(50, seed) }));
    await store.append(records);
    const db = await openDB(`${name}/ledger`);
    const places = await db.getAllKeys('entries');
    await db.put('entries', { key: 'entry 2', envelope: 'not bytes' }, places[1]);
    expect(await store.load()).toEqual({
      envelopes: [records[0]!.envelope, records[2]!.envelope],
      damaged: 1,
    });
    await store.append([records[1]!]);
    const repaired = await store.load();
    expect(repaired).toMatchObject({ damaged: 0 });
    expect(repaired.envelopes).toHaveLength(3);
    db.close();
    store.close();
  });
});

describe('records in IndexedDB', () => {
  for (const { name, run } of recordStoreCases(() => createRecordStore(freshName()))) test(name, run);
});

describe('copies of data in IndexedDB', () => {
  const named = new Map<string, string>();
  const open = (name: string) => {
    if (!named.has(name)) named.set(name, freshName());
    return createDataCopyStore(named.get(name)!);
  };
  for (const { name, run } of dataCopyStoreCases(open)) test(name, run);
});

describe('a browser that refuses', () => {
  test('no IndexedDB at all is said in words', async () => {
    const kept = globalThis.indexedDB;
    Reflect.deleteProperty(globalThis, 'indexedDB');
    try {
      await expect(createRecordStore('any')).rejects.toMatchObject({
        name: 'StorageRefused',
        message: expect.stringMatching(/private mode/),
      });
    } finally {
      globalThis.indexedDB = kept;
    }
  });

  test('a policy that forbids storage is said in words, though the browser throws instead of answering', async () => {
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = () => {
      throw new DOMException('', 'SecurityError');
    };
    try {
      await expect(createRecordStore(freshName())).rejects.toMatchObject({
        name: 'StorageRefused',
        message: expect.stringMatching(/forbids storage/),
      });
    } finally {
      IDBFactory.prototype.open = open;
    }
  });

  test('a full disk is said in words, and the store works on', async () => {
    const store = await createContentStore(freshName());
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
    const bundle = 'd'.repeat(40) as InfoHash;
    try {
      await expect(store.putPiece(bundle, 0, sampleBytes(5, 1))).rejects.toMatchObject({
        name: 'StorageRefused',
        message: expect.stringMatching(/no room left/),
      });
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    await store.putPiece(bundle, 0, sampleBytes(5, 1));
    expect(await store.getPiece(bundle, 0)).toEqual(sampleBytes(5, 1));
    store.close();
  });

  test('a database that another tab deletes is given up in words, so that the other tab is not blocked', async () => {
    const name = freshName();
    const store = await createRecordStore(name);
    await deleteDB(`${name}/records`);
    await expect(store.get('a')).rejects.toMatchObject({ name: 'StorageRefused' });
  });
});
