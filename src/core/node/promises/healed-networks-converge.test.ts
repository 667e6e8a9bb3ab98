import { expect, test } from 'vitest';
import { pictureOf } from '../../ledger/testing/picture.ts';
import { beginHistory, overHistories } from './testing/history.ts';
import { readNaively } from './testing/naive-wish.ts';

const LIMIT_MS = 600_000;
/** Redials wait 30 s at most (M11), and a trial that hangs ends after 30 s (D6). */
const HEALED_MS = 90_000;

test(
  'whatever lines, servers and nodes went: once they are back all nodes show one fleet, hear each other, and follow what it wishes (R, G)',
  () => {
    let followed = 0;
    overHistories(40, (steps, seed) => {
      const history = beginHistory(seed, () => {});
      for (const step of steps) history.play(step);
      history.heal(HEALED_MS);
      const ends = history.fleet.ends();
      const pictures = new Set(ends.map((end) => pictureOf(end.node().ledger)));
      expect(pictures.size).toBe(1);
      const { wishOf } = readNaively(history.desks[0]!.disk());
      for (const device of history.devices) {
        const isAdmitted = history.desks[0]!.node().view().devices.has(device.id);
        for (const desk of history.desks)
          if (isAdmitted) expect(desk.node().book.newest(device.id, 'lease')).toBeDefined();
        const { update, running } = device.node().device()!;
        const wish = wishOf(device.id);
        if (wish === undefined) continue;
        followed++;
        expect(update).toMatchObject({ rollout: wish.rollout, subject: { release: wish.release } });
        expect(['committed', 'rolled-back', 'refused']).toContain(update.stage);
        if (update.stage === 'committed') expect(running?.release).toBe(wish.release);
        if (update.stage === 'rolled-back') expect(history.conductOf(wish.release)).not.toBe('well');
      }
    });
    expect(followed).toBeGreaterThan(20);
  },
  LIMIT_MS,
);
