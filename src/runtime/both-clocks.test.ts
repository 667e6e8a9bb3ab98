import { expect, test } from 'vitest';
import type { NodeRuntime } from './node-runtime.ts';
import { startNode } from './node-runtime.ts';
import { createPeople } from './operator/testing/people.ts';

const HOUR_MS = 3_600_000;

test('the node is told of both clocks; what is stored, and signed, is of the one that people read (T1, T2)', async () => {
  const people = await createPeople();
  const ports = people.ports();
  let setMs = 5 * HOUR_MS;
  const clock = { ...ports.clock, nowMs: () => ports.clock.nowMs() + setMs };
  const wallAtStartMs = clock.nowMs();
  const monotonicAtStartMs = clock.monotonicMs();
  const node: NodeRuntime = await startNode(
    { ...ports, clock },
    {
      fleet: people.fleet,
      identity: people.ada.identity,
      signalingUrls: [],
      watchedSites: 'all',
      frame: undefined,
    },
  );
  const ownLease = () => node.node.book.newest(node.identity.id, 'lease');
  await expect.poll(ownLease).toBeDefined();
  const { statement, heardAt } = ownLease()!;
  setMs = -5 * HOUR_MS;
  await node.close();
  await people.close();

  const within = (value: number, startMs: number) => value >= startMs && value < startMs + HOUR_MS;
  expect(within(heardAt.monotonicMs, monotonicAtStartMs)).toBe(true);
  expect(within(heardAt.wallMs, wallAtStartMs)).toBe(true);
  expect(within(statement.timeMs, wallAtStartMs)).toBe(true);
  const [kept] = (await ports.records.get('statements')) as { heardAtMs: number }[];
  expect(kept?.heardAtMs).toBe(heardAt.wallMs);
});
