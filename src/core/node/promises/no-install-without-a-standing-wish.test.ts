import { expect, test } from 'vitest';
import { beginHistory, overHistories } from './testing/history.ts';
import { readNaively } from './testing/naive-wish.ts';
import type { Witness } from './testing/node-on-disk.ts';

const LIMIT_MS = 600_000;

test(
  'whatever is taken back, revoked, changed or removed, and whenever: what is tried and what is committed is wished of this device at that moment (D10)',
  () => {
    let tried = 0;
    let committed = 0;
    const witness: Witness = (end, effect) => {
      const { update } = end.disk().device;
      if (effect.type === 'run-release') {
        // What was committed before runs whether it is wished or not.
        if (update.stage !== 'probation' || update.subject.release !== effect.release) return;
        tried++;
        const { rollout } = update;
        expect(readNaively(end.disk()).wishOf(end.id)).toEqual({ rollout, release: effect.release });
      }
      if (effect.type === 'persist-device' && effect.state.update.stage === 'committed') {
        if (update.stage === 'committed') return;
        committed++;
        const { rollout, subject } = effect.state.update;
        expect(readNaively(end.disk()).wishOf(end.id)).toEqual({ rollout, release: subject.release });
      }
    };
    overHistories(40, (steps, seed) => {
      const history = beginHistory(seed, witness);
      for (const step of steps) history.play(step);
      history.heal(20_000);
    });
    expect(Math.min(tried, committed)).toBeGreaterThan(20);
  },
  LIMIT_MS,
);
