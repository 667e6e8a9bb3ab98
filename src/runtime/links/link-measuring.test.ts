import { expect, test } from 'vitest';
import { createManualClock } from '../../adapters/loopback/clock.ts';
import type { LinkFacts } from '../../core/node/input.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Connection } from '../../ports/connections.ts';
import { createLinkMeasuring } from './link-measuring.ts';

const STATS: LinkFacts = {
  rung: 'lan',
  roundTripMs: 1,
  bytesSent: 0,
  bytesReceived: 0,
  lossShare: undefined,
};
const PEER = 'till' as NodeId;
/** Told of a connection alone is how it is. */
const connectionOf = (stats: () => Promise<LinkFacts>) => ({ stats }) as unknown as Connection;

function setUp(connections: Map<NodeId, Connection>) {
  const clock = createManualClock();
  const measured: LinkFacts[] = [];
  const measuring = createLinkMeasuring({
    clock,
    connections: () => connections,
    onMeasured: (_, facts) => measured.push(facts),
    onFault: (error) => expect.unreachable(String(error)),
  });
  return { clock, measured, measuring };
}

test('links are measured when they come and every three seconds from then on, until it is closed', async () => {
  const { clock, measured, measuring } = setUp(new Map([[PEER, connectionOf(async () => STATS)]]));
  measuring.soon();
  await clock.advance(0);
  expect(measured).toEqual([STATS]);
  await clock.advance(6_000);
  expect(measured.length).toBe(3);
  measuring.close();
  await clock.advance(60_000);
  expect(measured.length).toBe(3);
});

test('what a connection says that was replaced while it was asked counts for nothing', async () => {
  const connections = new Map<NodeId, Connection>();
  const { clock, measured, measuring } = setUp(connections);
  const newer = { ...STATS, rung: 'punched' } as const;
  connections.set(
    PEER,
    connectionOf(async () => {
      connections.set(
        PEER,
        connectionOf(async () => newer),
      );
      return STATS;
    }),
  );
  measuring.soon();
  await clock.advance(3_000);
  expect(measured).toEqual([newer]);
});
