import type { DataCopyStore } from '../data-copies.ts';
import { type AcceptanceCase, checkEqual, checkRejects } from './acceptance-case.ts';

/** `open` gives the store of that name, empty when it is the first time. */
export function dataCopyStoreCases(open: (name: string) => DataCopyStore): readonly AcceptanceCase[] {
  const fill = async (store: DataCopyStore, name: string, pieces: readonly unknown[]) => {
    await store.begin(name);
    for (const piece of pieces) await store.append(name, piece);
  };
  return [
    {
      name: 'the pieces of a finished copy come back in order, also when it is opened again',
      run: async () => {
        const store = open('order');
        await fill(store, 'menu', ['first', { bytes: new Uint8Array([1, 2]) }, undefined]);
        await store.finish('menu');
        store.close();
        const again = open('order');
        checkEqual(await again.count('menu'), 3, 'the count');
        checkEqual(await again.read('menu', 0), 'first', 'the first piece');
        checkEqual(
          ((await again.read('menu', 1)) as { bytes: Uint8Array }).bytes,
          new Uint8Array([1, 2]),
          'the second',
        );
        checkEqual(await again.read('menu', 2), undefined, 'a piece that is undefined');
        again.close();
      },
    },
    {
      name: 'a copy that was not finished is none, and neither is the one whose place it took',
      run: async () => {
        const store = open('unfinished');
        await fill(store, 'menu', ['old', 'old']);
        await store.finish('menu');
        await fill(store, 'menu', ['new']);
        checkEqual(await store.count('menu'), undefined, 'the count');
        await store.finish('menu');
        checkEqual(await store.count('menu'), 1, 'the count of the new one');
        await checkRejects(store.read('menu', 1), 'StorageRefused');
        store.close();
      },
    },
    {
      name: 'copies do not touch each other, and retain drops all but those it names',
      run: async () => {
        const store = open('others');
        for (const name of ['a', 'ab', 'b']) {
          await fill(store, name, [`of ${name}`]);
          if (name !== 'b') await store.finish(name);
        }
        await store.begin('a');
        checkEqual(await store.read('ab', 0), 'of ab', 'the piece of another');
        await store.retain(new Set(['ab']));
        checkEqual(await store.count('ab'), 1, 'the one that is named');
        await store.retain(new Set());
        checkEqual(await store.count('ab'), undefined, 'one that is not');
        await checkRejects(store.read('ab', 0), 'StorageRefused');
        store.close();
      },
    },
    {
      name: 'an empty copy is one',
      run: async () => {
        const store = open('empty');
        await store.begin('menu');
        await store.finish('menu');
        checkEqual(await store.count('menu'), 0, 'the count');
        store.close();
      },
    },
    {
      name: 'a piece of no copy that was begun is refused in words',
      run: async () => {
        const store = open('not begun');
        await checkRejects(store.append('menu', 1), 'StorageRefused');
        store.close();
        store.close();
      },
    },
  ];
}
