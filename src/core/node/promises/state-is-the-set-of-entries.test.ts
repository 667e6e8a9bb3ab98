import { expect, test } from 'vitest';
import { keyOf } from '../../ledger/testing/entry-writer.ts';
import { pictureOf } from '../../ledger/testing/picture.ts';
import { fleetInMemory } from './testing/fleet-in-memory.ts';
import { beginHistory, createChance, overHistories, shuffled } from './testing/history.ts';
import { readNaively } from './testing/naive-wish.ts';
import { EMPTY_DISK } from './testing/node-on-disk.ts';

const LIMIT_MS = 600_000;
const KIOSK = keyOf('kiosk1');

test(
  'a device shows and is wished the same whether its entries were stored in any order, came twice, in parts, or by neighbours that have parts (L)',
  () => {
    let wished = 0;
    overHistories(30, (steps, seed) => {
      const history = beginHistory(seed, () => {});
      for (const step of steps) history.play(step);
      const { writer } = history;
      const chance = createChance(seed);
      const all = writer.written;
      const fleet = () => fleetInMemory({ writer, chance, conductOf: () => 'hangs', witness: () => {} });
      const open = (world: ReturnType<typeof fleet>, name: string, stored: typeof all) =>
        world.open(keyOf(name), {
          isDevice: name === 'kiosk1',
          disk: {
            ...EMPTY_DISK(),
            entries: new Map(stored.map((received) => [received.entry.id, received])),
          },
        });

      const stored = open(fleet(), 'kiosk1', shuffled(all, chance));

      const half = Math.floor(chance() * all.length);
      const mixed = shuffled(all, chance);
      const told = open(fleet(), 'kiosk1', mixed.slice(0, half));
      for (const received of shuffled([...mixed.slice(half), ...all], chance))
        told.tell({ type: 'entry-received', received, source: { type: 'own' } });

      const world = fleet();
      open(
        world,
        'desk1',
        all.filter(() => chance() < 0.6),
      );
      open(world, 'desk2', shuffled(all, chance));
      const linked = open(world, 'kiosk1', []);
      world.pass(40_000);

      const ends = [stored, told, linked];
      expect(new Set(ends.map((end) => pictureOf(end.node().ledger))).size).toBe(1);
      const entries = new Map(all.map((received) => [received.entry.id, received]));
      const wish = readNaively({ entries }).wishOf(KIOSK);
      for (const end of ends) {
        const { update } = end.node().device()!;
        // Followed, refused or rolled back: whichever, it is this one.
        if (wish === undefined)
          expect(['idle', 'withdrawn', 'rolled-back', 'refused']).toContain(update.stage);
        else expect(update).toMatchObject({ rollout: wish.rollout });
      }
      if (wish !== undefined) wished++;
    });
    expect(wished).toBeGreaterThan(10);
  },
  LIMIT_MS,
);
