import { StoredByLaterVersion } from '../../ports/content.ts';
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, test, vi } from 'vitest';
import type { FileHash, InfoHash } from '../../core/wire/encoding/ids.ts';
import { createContentStore } from './content-store.ts';
import { openDatabase, type Version } from './database.ts';
import { createLedgerStore } from './ledger-store.ts';
import { createRecordStore } from './record-store.ts';
import { contentsOf, readStoredPage, restoreDatabases } from './testing/stored-page.ts';

let count = 0;
/** The databases of a page as version 1 wrote them, under a name of their own. */
async function anOlderPage() {
  const name = `page-${++count}`;
  const page = await readStoredPage('device-page-1');
  await restoreDatabases(page, (database) => database.replace('fieldfare-device', name));
  return { name, page };
}

const PAGE = 'ZcUzKqr7k4cOkybcnAZyQe1qaLT1-JDBgJK5jlTnOrI' as FileHash;
const TABLE = 'Iw7QbfSCp3ZyzZO21AJAU7OAuFY9OpOapdJVdHcu5Hk' as FileHash;
const TABLE_BYTES = 300_000;
const BUNDLE = '5'.repeat(40) as InfoHash;

test('files that version 1 stored are read, byte for byte, and so is a piece in transit (K6)', async () => {
  const { name } = await anOlderPage();
  const store = await createContentStore(name);
  const page = await store.readFile(PAGE, 0, 48);
  expect(new TextDecoder().decode(page)).toBe('<!doctype html><title>Menu</title><p>Coffee 2.80');
  const table = (await store.readFile(TABLE, 0, TABLE_BYTES))!;
  expect(table.every((byte, at) => byte === ((at * 7) & 255))).toBe(true);
  expect(await store.getPiece(BUNDLE, 3, 69_000, 70_000)).toEqual(table.slice(69_000, 70_000));
  store.close();
});

test('a file of version 1 that is not what it is named by does not become one: it is fetched again (K6, A11)', async () => {
  const { name } = await anOlderPage();
  const db = await openDB(`${name}/content`);
  const { blob } = await db.get('files', TABLE);
  await db.put('chunks', new Uint8Array(TABLE_BYTES - 262_144), [blob, 1]);
  db.close();
  const store = await createContentStore(name);
  expect([await store.hasFile(TABLE), await store.hasFile(PAGE)]).toEqual([false, true]);
  store.close();
});

test('a chunk that changes after it was migrated is noticed as any other (K6, A11)', async () => {
  const { name } = await anOlderPage();
  const store = await createContentStore(name);
  const db = await openDB(`${name}/content`);
  const { blob } = await db.get('files', TABLE);
  const chunk = await db.get('chunks', [blob, 1]);
  chunk.bytes[5] ^= 1;
  await db.put('chunks', chunk, [blob, 1]);
  expect(await store.readFile(TABLE, 262_144, 262_154)).toBeUndefined();
  expect(await store.readFile(TABLE, 0, 10)).toHaveLength(10);
  db.close();
  store.close();
});

test('counters of version 1 are where counters are kept now, and none goes back (K1, K6)', async () => {
  const { name, page } = await anOlderPage();
  const store = await createRecordStore(name);
  expect(await store.get(`kept/counter/${page.self}/session`)).toBe('1');
  expect(await store.get(`counter/${page.self}/session`)).toBeUndefined();
  expect(await store.get('membership')).toMatchObject({ fleet: page.fleet });
  store.close();
});

test('a counter that both forms have keeps the higher number (K1, K6)', async () => {
  const { name, page } = await anOlderPage();
  const counter = `counter/${page.self}/session`;
  const db = await openDB(`${name}/records`);
  await db.put('records', 7, counter);
  await db.put('records', '9', `kept/${counter}`);
  db.close();
  const store = await createRecordStore(name);
  expect(await store.get(`kept/${counter}`)).toBe('9');
  store.close();
});

test('the ledger that version 1 stored is there whole (K6)', async () => {
  const { name } = await anOlderPage();
  const store = await createLedgerStore(name);
  expect(await store.load()).toMatchObject({ damaged: 0, envelopes: { length: 5 } });
  store.close();
});

test('a migration that fails in the middle leaves the older version, and the next start brings it over (K6)', async () => {
  const { name } = await anOlderPage();
  const before = await contentsOf(`${name}/content`);
  const put = IDBObjectStore.prototype.put;
  let puts = 0;
  const refusing = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args
  ) {
    puts += 1;
    if (puts === 3) throw new DOMException('', 'QuotaExceededError');
    return put.apply(this, args);
  });
  await expect(createContentStore(name)).rejects.toThrow(/no room left/);
  refusing.mockRestore();
  expect(await contentsOf(`${name}/content`)).toEqual(before);
  const store = await createContentStore(name);
  expect(await store.readFile(TABLE, 0, 10)).toHaveLength(10);
  store.close();
});

test('a page that ends in the middle of a migration leaves the older version (K6)', async () => {
  const name = `page-${++count}`;
  const version = (number: number, migrate: Version<never>['migrate']): Version<never> => ({
    number,
    create: (db) => void db.createObjectStore('things' as never),
    migrate,
  });
  (
    await openDatabase(
      name,
      version(1, async () => {}),
    )
  ).close();
  const ending = openDatabase(
    name,
    version(2, async (upgrade) => {
      await upgrade.objectStore('things' as never).put('new' as never, 'key' as never);
      upgrade.abort();
    }),
  );
  await expect(ending).rejects.toMatchObject({ name: 'StorageRefused' });
  expect(await contentsOf(name)).toEqual([1, ['things', [], []]]);
});

for (const [store, open] of Object.entries({
  records: createRecordStore,
  ledger: createLedgerStore,
  content: (name: string) => createContentStore(name),
}))
  test(`a database of a later version is named in plain words, and nothing in it changes: ${store} (K6)`, async () => {
    const name = `page-${++count}`;
    const later = await openDB(`${name}/${store}`, 99, {
      upgrade: (db) => void db.createObjectStore('unheard of'),
    });
    await later.put('unheard of', { of: 'a later version' }, 'key');
    later.close();
    const before = await contentsOf(`${name}/${store}`);
    await expect(open(name)).rejects.toThrow(StoredByLaterVersion);
    await expect(open(name)).rejects.toThrow(
      `The data in ${name}/${store} was written by a later version of Fieldfare. Update this one; nothing was changed.`,
    );
    expect(await contentsOf(`${name}/${store}`)).toEqual(before);
  });
