import { expect, test } from 'vitest';
import type { ReleaseId } from '../../wire/encoding/ids.ts';
import { signersOf } from '../../wire/entry/entry.ts';
import { readRolloutBody, rolloutNumber } from '../../wire/entry/rollout.ts';
import { beginHistory, keysOf, OPERATORS, overHistories, PUBLISHERS } from './testing/history.ts';
import type { NodeOnDisk } from './testing/node-on-disk.ts';

const LIMIT_MS = 600_000;

/** Both of those who must sign a release have, and one who may roll out has asked for it. */
function assertSigned(device: NodeOnDisk, release: ReleaseId): void {
  const entries = [...device.disk().entries.values()].map(({ entry }) => entry);
  const signed = entries.find(({ id }) => id === release);
  expect(signed && signersOf(signed)).toEqual(expect.arrayContaining([...keysOf(PUBLISHERS)]));
  const asked = entries.filter(
    ({ path, action, body, author }) =>
      rolloutNumber(path) !== undefined &&
      action !== 'delete' &&
      readRolloutBody(body).release === release &&
      keysOf(OPERATORS).includes(author),
  );
  expect(asked.length, 'rollouts by an operator').toBeGreaterThan(0);
}

test(
  'whatever is written by whom: nothing runs that not all its publishers signed and no operator rolled out (L5, L8)',
  () => {
    let ran = 0;
    overHistories(40, (steps, seed) => {
      const history = beginHistory(seed, (end, effect) => {
        if (effect.type !== 'run-release') return;
        ran++;
        assertSigned(end, effect.release);
      });
      for (const step of steps) history.play(step);
      history.heal(20_000);
    });
    expect(ran).toBeGreaterThan(20);
  },
  LIMIT_MS,
);
