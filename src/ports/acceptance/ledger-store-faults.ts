import type { LedgerStore } from '../stores.ts';
import { type AcceptanceCase, check, checkEqual } from './acceptance-case.ts';
import { atEveryStep, isKept, type StoreOnDisk, UNFLUSHED, UNTIL_HEALED } from './failing-disk.ts';
import { sampleBytes } from './sample-bytes.ts';

type Scene = StoreOnDisk<LedgerStore>;

/** What a ledger store on a disk must show whatever byte the disk fails at: what it said was kept is kept, and it goes on. */
export function ledgerStoreFaultCases(create: () => Scene): readonly AcceptanceCase[] {
  const record = (seed: number) => ({ key: `entry ${seed}`, envelope: sampleBytes(20, seed) });
  const records = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => record(from + at));

  /** Appends what the story says while the disk fails, and keeps count of what was acknowledged. */
  const appending = async (scene: Scene) => {
    const acknowledged: number[] = [];
    const store = await scene.open();
    const append = async (from: number, to: number) => {
      const kept = await isKept(store.append(records(from, to)));
      if (kept) for (let seed = from; seed <= to; seed++) acknowledged.push(seed);
      return kept;
    };
    await append(1, 1);
    await append(2, 3);
    return { store, append, acknowledged };
  };

  /** Opens the store anew: all that was acknowledged is there, in its order, and nothing that was never given to it. */
  const checkKept = async (scene: Scene, acknowledged: readonly number[]) => {
    const store = await scene.open();
    const known = new Map(records(1, 99).map(({ envelope }, at) => [envelope.join(), at + 1]));
    const { envelopes } = await store.load();
    const found = envelopes.map((envelope) => known.get(envelope.join()));
    check(!found.includes(undefined), 'no envelope that was not appended');
    checkEqual(
      found.filter((seed) => acknowledged.includes(seed!)),
      acknowledged,
      'what was acknowledged',
    );
    checkEqual(new Set(found).size, found.length, 'the number of distinct envelopes');
    checkEqual((await store.load()).damaged, 0, 'what is damaged at the second reading');
    return store;
  };

  /** Neighbours send again what was refused, and the store goes on as ever. */
  const checkGoesOn = async (scene: Scene, acknowledged: readonly number[]) => {
    const store = await checkKept(scene, acknowledged);
    await store.append(records(4, 6));
    await store.append(records(90, 90));
    store.close();
    const { envelopes } = await (await checkKept(scene, [90])).load();
    for (const seed of [...acknowledged, 4, 5, 6])
      check(
        envelopes.some((envelope) => envelope.join() === record(seed).envelope.join()),
        `entry ${seed}`,
      );
  };

  const times = (refusals: number) => (refusals === UNTIL_HEALED ? 'for good' : `${refusals} times`);

  return [
    ...[1, 2, 3, 4, UNTIL_HEALED].flatMap((refusals): AcceptanceCase[] => [
      {
        name: `a disk that refuses ${times(refusals)} from any byte of an append on costs nothing that is appended before or after it`,
        run: () =>
          atEveryStep(create, async (scene, fail) => {
            const { append, acknowledged } = await appending(scene);
            fail(refusals);
            await append(4, 6);
            await append(7, 7);
            scene.disk.heal();
            for (let seed = 8; seed < 45; seed++)
              check(await append(seed, seed), 'an append to a disk that is well to be kept');
            checkEqual(
              (await (await scene.open()).load()).damaged,
              0,
              'what is damaged, all having been cut off',
            );
            await checkGoesOn(scene, acknowledged);
          }),
      },
      {
        name: `a process that is killed after the disk refused ${times(refusals)} from any byte on finds what was acknowledged`,
        run: () =>
          atEveryStep(create, async (scene, fail) => {
            const { append, acknowledged } = await appending(scene);
            fail(refusals);
            await append(4, 6);
            scene.disk.heal();
            const { damaged } = await (await scene.open()).load();
            if (refusals === 1) checkEqual(damaged, 0, 'what is damaged, all having been cut off at once');
            await checkGoesOn(scene, acknowledged);
          }),
      },
      {
        name: `a disk that refuses ${times(refusals)} from any step of a new store on costs nothing that is acknowledged`,
        run: () =>
          atEveryStep(create, async (scene, fail) => {
            fail(refusals);
            const acknowledged: number[] = [];
            await isKept(
              (async () => {
                const store = await scene.open();
                for (const seed of [1, 2])
                  if (await isKept(store.append(records(seed, seed)))) acknowledged.push(seed);
              })(),
            );
            scene.disk.heal();
            await checkGoesOn(scene, acknowledged);
          }),
      },
    ]),
    ...UNFLUSHED.map(
      (unflushed): AcceptanceCase => ({
        name: `after a power cut at any byte of an append, what was not flushed being ${unflushed}, what was acknowledged is there`,
        run: () =>
          atEveryStep(create, async (scene, fail) => {
            const { append, acknowledged } = await appending(scene);
            fail(UNTIL_HEALED);
            await append(4, 6);
            await append(7, 7);
            scene.disk.cutPower(unflushed);
            await checkGoesOn(scene, acknowledged);
          }),
      }),
    ),
    {
      name: 'what failed at any byte and cannot be cut off keeps everything else out until it can',
      run: () =>
        atEveryStep(create, async (scene, fail) => {
          const { append, acknowledged } = await appending(scene);
          fail(1);
          scene.disk.refuseToCut();
          await append(4, 6);
          await append(7, 7);
          scene.disk.heal();
          check(await append(8, 8), 'an append to a disk that is well to be kept');
          checkEqual((await (await scene.open()).load()).damaged, 0, 'what is damaged');
          await checkGoesOn(scene, acknowledged);
        }),
    },
    {
      name: 'a disk that takes a few bytes at a time is written to whole',
      run: async () => {
        for (let bytes = 1; bytes < 100; bytes += 7) {
          const scene = create();
          scene.disk.writeAtMost(bytes);
          const { append, acknowledged } = await appending(scene);
          check(await append(4, 6), 'the append to be kept');
          scene.disk.cutPower('lost');
          await checkKept(scene, acknowledged);
        }
      },
    },
  ];
}
