import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import type { ContentStore } from '../content.ts';
import { type AcceptanceCase, check, checkEqual } from './acceptance-case.ts';
import { atEveryStep, isKept, type StoreOnDisk, UNFLUSHED, UNTIL_HEALED } from './failing-disk.ts';
import { hashOf, inChunks, sampleBytes } from './sample-bytes.ts';

const BUNDLE = 'a'.repeat(40) as InfoHash;

/** What a content store on a disk must show whatever byte the disk fails at: a file that it lists is whole, and half a file is nobody's. */
export function contentStoreFaultCases(create: () => StoreOnDisk<ContentStore>): readonly AcceptanceCase[] {
  const bytes = sampleBytes(60, 3);
  const put = async (store: ContentStore) =>
    store.putFile(await hashOf(bytes), bytes.length, inChunks(bytes, 25));
  const checkWhole = async (store: ContentStore, kept: boolean) => {
    const hash = await hashOf(bytes);
    if (!(await store.hasFile(hash))) return check(!kept, 'the file that was acknowledged');
    checkEqual(await store.readFile(hash, 0, bytes.length), bytes, 'the file');
  };

  const story = (
    refusals: number,
    after: (scene: StoreOnDisk<ContentStore>, store: ContentStore) => Promise<void>,
  ): Promise<void> =>
    atEveryStep(create, async (scene, fail) => {
      const store = await scene.open();
      fail(refusals);
      const kept = await isKept(put(store));
      await after(scene, store);
      await checkWhole(await scene.open(), kept);
      const again = await scene.open();
      await put(again);
      scene.disk.cutPower('lost');
      await checkWhole(await scene.open(), true);
      checkEqual(scene.disk.usedBytes(), bytes.length, 'bytes on the disk');
    });

  return [
    {
      name: 'a file that fails at any byte is here whole or not at all, and takes no room',
      run: () =>
        story(1, async (scene, store) => {
          scene.disk.heal();
          await checkWhole(store, false);
          const held = (await store.hasFile(await hashOf(bytes))) ? bytes.length : 0;
          checkEqual(scene.disk.usedBytes(), held, 'bytes on the disk');
        }),
    },
    {
      name: 'a process that is killed at any byte of a file finds it whole or not at all',
      run: () => story(UNTIL_HEALED, async (scene) => scene.disk.heal()),
    },
    ...UNFLUSHED.map(
      (unflushed): AcceptanceCase => ({
        name: `after a power cut at any byte of a file, what was not flushed being ${unflushed}, it is here whole or not at all`,
        run: () => story(UNTIL_HEALED, async (scene) => scene.disk.cutPower(unflushed)),
      }),
    ),
    {
      name: 'a piece that fails at any byte is here whole or not at all, takes no room, and can be put again',
      run: () =>
        atEveryStep(create, async (scene, fail) => {
          const store = await scene.open();
          fail(1);
          const kept = await isKept(store.putPiece(BUNDLE, 7, bytes));
          scene.disk.heal();
          const found = await store.getPiece(BUNDLE, 7);
          if (kept || found !== undefined) checkEqual(found, bytes, 'the piece');
          checkEqual(scene.disk.usedBytes(), found?.length ?? 0, 'bytes on the disk');
          await store.putPiece(BUNDLE, 7, bytes);
          checkEqual(await store.getPiece(BUNDLE, 7), bytes, 'the piece that was put again');
        }),
    },
    {
      name: 'a disk that takes a few bytes at a time is written to whole',
      run: async () => {
        const scene = create();
        scene.disk.writeAtMost(7);
        const store = await scene.open();
        await put(store);
        await store.putPiece(BUNDLE, 0, bytes);
        await checkWhole(store, true);
        checkEqual(await store.getPiece(BUNDLE, 0), bytes, 'the piece');
      },
    },
  ];
}
