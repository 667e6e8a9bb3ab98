import type { KeptPlace } from '../kept-place.ts';
import { type AcceptanceCase, checkEqual } from './acceptance-case.ts';
import { atEveryStep, isKept, type StoreOnDisk, UNFLUSHED, UNTIL_HEALED } from './failing-disk.ts';

/** What a kept place on a disk must show whatever byte the disk fails at: the old text or the new one, and never less. */
export function keptPlaceFaultCases(create: () => StoreOnDisk<KeptPlace>): readonly AcceptanceCase[] {
  const story = (refusals: number, after: (scene: StoreOnDisk<KeptPlace>) => void): Promise<void> =>
    atEveryStep(create, async (scene, fail) => {
      const place = await scene.open();
      await place.put('mark', 'old');
      fail(refusals);
      const kept = await isKept(place.put('mark', 'a longer new one'));
      after(scene);
      const again = await scene.open();
      const text = await again.get('mark');
      if (kept || text !== 'old') checkEqual(text, 'a longer new one', 'the text');
      await again.put('mark', 'newer');
      scene.disk.cutPower('lost');
      checkEqual(await (await scene.open()).get('mark'), 'newer', 'a put after all that');
    });

  return [
    {
      name: 'a put that fails at any byte leaves the old text or the new one',
      run: () => story(1, (scene) => scene.disk.heal()),
    },
    ...UNFLUSHED.map(
      (unflushed): AcceptanceCase => ({
        name: `after a power cut at any byte of a put, what was not flushed being ${unflushed}, the old text or the new one is there`,
        run: () => story(UNTIL_HEALED, (scene) => scene.disk.cutPower(unflushed)),
      }),
    ),
    {
      name: 'of puts at once the last one counts, and each of them is kept',
      run: async () => {
        const scene = create();
        scene.disk.writeAtMost(2);
        const place = await scene.open();
        await Promise.all(['first', 'the second', '3'].map((text) => place.put('mark', text)));
        scene.disk.cutPower('lost');
        checkEqual(await (await scene.open()).get('mark'), '3', 'the text');
      },
    },
  ];
}
