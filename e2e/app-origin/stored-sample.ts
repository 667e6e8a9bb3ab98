/**
 * Scripts for a page of a release. The first fills every kind of storage with what an app may keep there, the second tells all of it in
 * values that a test can compare, with a generator's next key by drawing it.
 */
const COMMON = `
  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const ended = (transaction) => new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const hexOf = async (buffer) =>
    Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', buffer)), (byte) => byte.toString(16).padStart(2, '0'))
      .join('').slice(0, 16);
  /** The same in every browser. */
  const bytes = (length, seed) => Uint8Array.from({ length }, (_, at) => (at * 31 + seed * 7 + (at >> 8)) & 255);
`;

export const FILL_STORAGE = `(async () => {${COMMON}
  const opening = indexedDB.open('app', 3);
  opening.onupgradeneeded = () => {
    const db = opening.result;
    const orders = db.createObjectStore('orders', { keyPath: 'id', autoIncrement: true });
    orders.createIndex('by table', 'table');
    orders.createIndex('by tag', 'tags', { multiEntry: true });
    orders.createIndex('by both', ['table', 'name'], { unique: true });
    db.createObjectStore('compound', { keyPath: ['shop', 'day.of'] });
    db.createObjectStore('by key');
    db.createObjectStore('drawn', { autoIncrement: true });
    db.createObjectStore('untouched', { keyPath: 'deep.id', autoIncrement: true });
  };
  const db = await answer(opening);
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  const signature = await crypto.subtle.sign('HMAC', key, bytes(9, 1));
  const all = db.transaction([...db.objectStoreNames], 'readwrite');
  const orders = all.objectStore('orders');
  for (let at = 0; at < 3000; at++) orders.put({ table: at % 40, name: 'order ' + at, tags: [at % 3, 'x'] });
  orders.delete(3000);
  for (let day = 0; day < 5; day++) all.objectStore('compound').put({ shop: 'harbour', day: { of: new Date(day) }, total: 10n ** 20n });
  const kept = all.objectStore('by key');
  for (const [at, each] of [1.5, 'text', new Date(7), bytes(4, 2).buffer, [1, ['a', new Date(1)]], -Infinity].entries()) kept.put(at, each);
  const circle = { list: [undefined, null, NaN, -0, 1n], map: new Map([[{ a: 1 }, new Set([1])]]), when: new Date(5), rule: /x+/gi };
  circle.self = circle;
  kept.put(circle, 'circle');
  kept.put(new Blob([bytes(70000, 3)], { type: 'image/x' }), 'blob');
  kept.put({ inside: [new File([bytes(10, 4)], 'a.txt', { type: 'text/plain', lastModified: 42 })] }, 'file');
  kept.put({ key, signature }, 'crypto key');
  kept.put(new Float64Array([0.5, 1]).subarray(1), 'view');
  kept.put(new ImageData(new Uint8ClampedArray([1, 2, 3, 4]), 1, 1), 'image');
  kept.put(new RangeError('kept'), 'error');
  kept.put(bytes(9_000_000, 5), 'large');
  for (let at = 0; at < 4; at++) all.objectStore('drawn').add('drawn ' + at);
  all.objectStore('drawn').clear();
  await ended(all);
  db.close();
  (await answer(indexedDB.open('empty', 7))).close();
  localStorage.theme = 'dark';
  localStorage.setItem('length', 'a key like any other');
  localStorage.setItem('\\ud800', 'not a character');
  document.cookie = 'seat=4; Max-Age=86400; Path=/';
  const cache = await caches.open('pages v1');
  await cache.put('/a?b=1', new Response(bytes(5000, 6), { status: 203, statusText: 'As told', headers: { 'X-Of': 'us', 'Content-Type': 'image/x' } }));
  await cache.put(new Request('/vary', { headers: { 'X-Kind': 'one' } }), new Response('one', { headers: { Vary: 'X-Kind' } }));
  await cache.put('/none', new Response(null, { status: 204 }));
  await caches.open('empty');
  const root = await navigator.storage.getDirectory();
  const folder = await (await root.getDirectoryHandle('deep', { create: true })).getDirectoryHandle('er', { create: true });
  await root.getDirectoryHandle('hollow', { create: true });
  for (const [name, size] of [['nothing', 0], ['large.bin', 9_000_001]]) {
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write(bytes(size, 7));
    await file.close();
  }
})()`;

export const READ_STORAGE = `(async () => {${COMMON}
  const tell = async (value, seen = new Set()) => {
    if (typeof value === 'bigint') return value + 'n';
    if (typeof value === 'number' && (Object.is(value, -0) || !Number.isFinite(value))) return 'number ' + (Object.is(value, -0) ? '-0' : value);
    if (value === undefined) return 'undefined';
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return 'itself';
    seen.add(value);
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (value instanceof CryptoKey) return [kind, value.extractable, value.usages.join(), value.algorithm.name];
    if (value instanceof Blob)
      return [kind, value.type, value.name ?? '', value.lastModified ?? 0, value.size, await hexOf(await value.arrayBuffer())];
    if (value instanceof ImageData) return [kind, value.width, [...value.data]];
    if (ArrayBuffer.isView(value)) return [kind, value.length, await hexOf(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength))];
    if (value instanceof ArrayBuffer) return [kind, value.byteLength, await hexOf(value)];
    if (value instanceof Date) return [kind, value.getTime()];
    if (value instanceof RegExp) return [kind, String(value)];
    if (value instanceof Error) return [kind, value.name, value.message];
    if (value instanceof Map || value instanceof Set) return [kind, await tell([...value], seen)];
    if (Array.isArray(value)) { const told = []; for (const each of value) told.push(await tell(each, seen)); return told; }
    const told = {};
    for (const [name, each] of Object.entries(value)) told[name] = await tell(each, seen);
    return told;
  };
  const short = (told) => { const text = JSON.stringify(told); return text.length < 400 ? told : hexOf(new TextEncoder().encode(text)); };
  const databases = [];
  for (const { name, version } of await indexedDB.databases()) {
    const db = await answer(indexedDB.open(name));
    const stores = [];
    for (const each of db.objectStoreNames) {
      const store = db.transaction(each).objectStore(each);
      const { keyPath, autoIncrement } = store;
      const indexes = [];
      for (const index of Array.from(store.indexNames, (of) => store.index(of)))
        indexes.push([index.name, index.keyPath, index.unique, index.multiEntry, await answer(index.count())]);
      const fresh = () => db.transaction(each).objectStore(each);
      const keys = await tell(await answer(fresh().getAllKeys()));
      const values = await answer(fresh().getAll());
      const told = [];
      for (const value of values) told.push(await short(await tell(value)));
      let next = 0;
      if (autoIncrement) {
        const drawing = db.transaction(each, 'readwrite');
        next = await answer(drawing.objectStore(each).add({}));
        drawing.abort();
      }
      stores.push([each, keyPath, autoIncrement, next, indexes, keys.length, await short(keys), told.length > 30 ? await short(told) : told]);
    }
    const kept = [...db.objectStoreNames].includes('by key') && await answer(db.transaction('by key').objectStore('by key').get('crypto key'));
    const works = kept ? await crypto.subtle.verify('HMAC', kept.key, kept.signature, bytes(9, 1)) : undefined;
    databases.push({ name, version, stores, works });
    db.close();
  }
  const texts = (area) => Object.fromEntries(Array.from({ length: area.length }, (_, at) => [area.key(at), area.getItem(area.key(at))]).filter(([name]) => !name.startsWith('fieldfare.')).sort());
  const told = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      told.push([name, new URL(request.url).pathname, [...request.headers], response.status, response.statusText, [...response.headers], await hexOf(await response.arrayBuffer())]);
    }
    told.push([name]);
  }
  const files = [];
  const walk = async (folder, path) => {
    for await (const entry of folder.values()) {
      files.push([path + entry.name, entry.kind === 'file' ? await hexOf(await (await entry.getFile()).arrayBuffer()) : 'folder']);
      if (entry.kind !== 'file') await walk(entry, path + entry.name + '/');
    }
  };
  await walk(await navigator.storage.getDirectory(), '');
  return { databases, local: texts(localStorage), session: texts(sessionStorage), cookie: document.cookie, caches: told, files: files.sort() };
})()`;
