import { expect, test } from 'vitest';
import { createRandom } from '../fixture/random.ts';
import { createDeadlines } from './deadlines.ts';

test('each key is due once, when its last deadline is reached and no sooner, whatever it was before', () => {
  const random = createRandom(7);
  const deadlines = createDeadlines<number>();
  const model = new Map<number, number>();
  let nowMs = 0;
  for (let step = 0; step < 5_000; step++) {
    const key = Math.floor(random() * 40);
    const atMs = nowMs + Math.floor(random() * 60);
    if (random() < 0.1) {
      deadlines.set(key, undefined);
      model.delete(key);
    } else {
      deadlines.set(key, atMs);
      model.set(key, atMs);
    }
    if (random() < 0.7) continue;
    nowMs += Math.floor(random() * 20);
    const due = Array.from(model).filter(([, at]) => at <= nowMs);
    expect([...deadlines.due(nowMs)].sort()).toEqual(due.map(([late]) => late).sort());
    for (const [late] of due) model.delete(late);
  }
});
