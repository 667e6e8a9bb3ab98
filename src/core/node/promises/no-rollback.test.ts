import { expect, test } from 'vitest';
import type { NodeId, ReleaseId } from '../../wire/encoding/ids.ts';
import { beginHistory, isOfAuthority, overHistories, ROLL_OUT } from './testing/history.ts';
import { readNaively } from './testing/naive-wish.ts';
import type { Witness } from './testing/node-on-disk.ts';

const LIMIT_MS = 600_000;

interface Committed {
  readonly product: string;
  readonly counter: number;
  readonly release: ReleaseId;
}

/** Of a product the releases that a device committed, over all its lives. */
function rollbackWitness(): { readonly witness: Witness; count(): number } {
  const committed = new Map<NodeId, Committed[]>();
  const marks = new Map<NodeId, number>();
  let count = 0;
  return {
    count: () => count,
    witness: (end, effect) => {
      if (effect.type === 'keep-mark') {
        const before = marks.get(end.id) ?? 0;
        expect(effect.mark.ledger.entries, 'the height of the ledger').toBeGreaterThanOrEqual(before);
        marks.set(end.id, effect.mark.ledger.entries);
      }
      if (effect.type !== 'persist-device') return;
      const { update } = effect.state;
      if (update.stage !== 'committed' || end.disk().device.update.stage !== 'probation') return;
      count++;
      const { product, counter, release } = update.subject;
      const known = committed.get(end.id) ?? [];
      const { counts } = readNaively(end.disk());
      for (const before of known)
        if (before.product === product && before.release !== release && counts(before.release))
          expect(counter, `${product} after ${before.counter}`).toBeGreaterThan(before.counter);
      committed.set(end.id, [...known, { product, counter, release }]);
    },
  };
}

test(
  'whatever is rolled out, in whatever order, also at a device that lost its record: no counter of a product goes back (D3, K2)',
  () => {
    let commits = 0;
    overHistories(20, (steps, seed) => {
      const { witness, count } = rollbackWitness();
      const history = beginHistory(seed, witness);
      for (const step of steps) {
        // Where rights come and go at each step, little is ever committed.
        if (isOfAuthority(step) && step[4]! % 4 > 0) continue;
        history.play(step);
        history.fleet.pass(5_000);
      }
      history.heal(20_000);
      // The oldest of all is rolled out once more, to devices of which nothing but their marks is left.
      history.play([ROLL_OUT, 0, 0, 0, 0]);
      for (const device of history.devices) {
        device.crash();
        device.loseRecord();
        history.fleet.restart(device);
      }
      history.fleet.pass(20_000);
      commits += count();
    });
    expect(commits).toBeGreaterThan(40);
  },
  LIMIT_MS,
);
