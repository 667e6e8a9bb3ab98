import type { RecordStore } from '../stores.ts';
import { type AcceptanceCase, check, checkEqual } from './acceptance-case.ts';
import { atEveryStep, isKept, type StoreOnDisk, UNFLUSHED, UNTIL_HEALED } from './failing-disk.ts';

/** What a record store on a disk must show whatever byte the disk fails at: a put is kept whole or not at all. */
export function recordStoreFaultCases(create: () => StoreOnDisk<RecordStore>): readonly AcceptanceCase[] {
  const OLD = { first: 'old', second: 'old' };
  const NEW = { first: 'new', second: 'new' };
  const read = async (store: RecordStore) => ({
    first: await store.get('first'),
    second: await store.get('second'),
  });
  const isOneOf = (found: unknown, kept: boolean, what: string) => {
    if (kept || JSON.stringify(found) !== JSON.stringify(OLD)) checkEqual(found, NEW, what);
  };

  const story = (
    refusals: number,
    after: (scene: StoreOnDisk<RecordStore>, store: RecordStore) => Promise<void>,
  ) =>
    atEveryStep(create, async (scene, fail) => {
      const store = await scene.open();
      await store.put(OLD);
      fail(refusals);
      const kept = await isKept(store.put(NEW));
      if (!kept) checkEqual(await read(store), OLD, 'what the store reads after a put that was refused');
      await after(scene, store);
      const again = await scene.open();
      isOneOf(await read(again), kept, 'what the disk has');
      await again.put({ first: 'newer' });
      scene.disk.cutPower('lost');
      checkEqual(await (await scene.open()).get('first'), 'newer', 'a put after all that');
    });

  return [
    {
      name: 'a put that fails at any byte is kept whole or not at all, and leaves nothing on the disk',
      run: () =>
        story(1, async (scene, store) => {
          scene.disk.heal();
          const usedBytes = scene.disk.usedBytes();
          await store.put(NEW);
          checkEqual(scene.disk.usedBytes(), usedBytes, 'bytes on the disk');
        }),
    },
    {
      name: 'a process that is killed at any byte of a put finds all of it or none',
      run: () => story(UNTIL_HEALED, async (scene) => scene.disk.heal()),
    },
    ...UNFLUSHED.map(
      (unflushed): AcceptanceCase => ({
        name: `after a power cut at any byte of a put, what was not flushed being ${unflushed}, all of it is there or none`,
        run: () => story(UNTIL_HEALED, async (scene) => scene.disk.cutPower(unflushed)),
      }),
    ),
    {
      name: 'what was put into a new store outlives a power cut',
      run: async () => {
        const scene = create();
        await (await scene.open()).put(NEW);
        scene.disk.cutPower('lost');
        checkEqual(await read(await scene.open()), NEW, 'what the disk has');
      },
    },
    {
      name: 'a disk that takes a few bytes at a time is written to whole',
      run: async () => {
        const scene = create();
        scene.disk.writeAtMost(3);
        check(await isKept((await scene.open()).put(NEW)), 'the put to be kept');
        scene.disk.cutPower('lost');
        checkEqual(await read(await scene.open()), NEW, 'what the disk has');
      },
    },
  ];
}
