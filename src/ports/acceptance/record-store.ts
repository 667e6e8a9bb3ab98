import type { RecordStore } from '../stores.ts';
import { type AcceptanceCase, checkEqual, checkRejects } from './acceptance-case.ts';

/** `open` gives the store of that name, empty when it is the first time. */
export function recordStoreCases(open: (name: string) => Promise<RecordStore>): readonly AcceptanceCase[] {
  return [
    {
      name: 'values of structured clone come back; undefined deletes',
      run: async () => {
        const store = await open('values');
        const slots = {
          running: 'a',
          bytes: new Uint8Array([1, 2]),
          of: new Map([['k', [1, null, { deep: true }]]]),
        };
        await store.put({ slots, counter: 3 });
        const back = (await store.get('slots')) as typeof slots;
        checkEqual(back.bytes, slots.bytes, 'the bytes');
        checkEqual(back.of.get('k'), [1, null, { deep: true }], 'the map');
        await store.put({ slots: undefined, counter: 4 });
        checkEqual(await store.get('slots'), undefined, 'a deleted record');
        checkEqual(await store.get('counter'), 4, 'a replaced record');
        checkEqual(await store.get('never'), undefined, 'a record that never was');
        store.close();
      },
    },
    {
      name: 'what is read is a copy',
      run: async () => {
        const store = await open('copies');
        const value = { boots: 1 };
        await store.put({ value });
        value.boots = 2;
        ((await store.get('value')) as { boots: number }).boots = 3;
        checkEqual(await store.get('value'), { boots: 1 }, 'the value');
        store.close();
      },
    },
    {
      name: 'one value that cannot be kept keeps all of its call out',
      run: async () => {
        const store = await open('all-or-none');
        await store.put({ first: 'old' });
        const refused = store.put({ first: 'new', second: () => 'no clone of a function' });
        await refused.then(
          () => Promise.reject(new Error('expected a rejection')),
          () => undefined,
        );
        checkEqual(await store.get('first'), 'old', 'the record of the refused call');
        store.close();
      },
    },
    {
      name: 'a closed store refuses in words',
      run: async () => {
        const store = await open('closed');
        store.close();
        store.close();
        await checkRejects(store.get('a'), 'StorageRefused');
        await checkRejects(store.put({ a: 1 }), 'StorageRefused');
      },
    },
  ];
}
