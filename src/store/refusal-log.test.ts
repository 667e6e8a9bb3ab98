import { expect, test } from 'vitest';
import type { NodeId } from '../core/wire/encoding/ids.ts';
import { createRefusalLog } from './refusal-log.ts';

const id = (name: string) => name as NodeId;

test('the same of one node is one line with a count, the newest first', () => {
  const log = createRefusalLog();
  log.refused(id('mallory'), 'a bad frame', 1);
  log.refused(id('eve'), 'no proof', 2);
  log.refused(id('mallory'), 'a bad frame', 3);
  expect(log.items()).toEqual([
    { peer: 'mallory', reason: 'a bad frame', times: 2, lastAtMs: 3 },
    { peer: 'eve', reason: 'no proof', times: 1, lastAtMs: 2 },
  ]);
});

test('attack: names without number push the oldest lines out', () => {
  const log = createRefusalLog();
  for (let count = 0; count < 10_000; count++) log.refused(id(`sybil ${count}`), 'no proof', count);
  expect(log.items()).toHaveLength(50);
  expect(log.items()[0]).toMatchObject({ peer: 'sybil 9999' });
});
