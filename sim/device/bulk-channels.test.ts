import { expect, test } from 'vitest';
import type { NodeInput } from '../../src/core/node/input.ts';
import type { NodeId } from '../../src/core/wire/encoding/ids.ts';
import type { NodeFrame, WireMessage } from '../fleet/node-frame.ts';
import { createBulkChannels } from './bulk-channels.ts';

const [anna, ben] = ['anna', 'ben'].map((name) => name as NodeId) as [NodeId, NodeId];

/** Two ends of a link whose frames arrive when the test says so. */
function twoEnds() {
  const ends = [anna, ben].map((self, index) => {
    const told: NodeInput['type'][] = [];
    const underway: NodeFrame[] = [];
    const heard: WireMessage['type'][] = [];
    const channels = createBulkChannels({
      send: (_peer, frame) => underway.push(frame),
      tell: ({ type }) => told.push(type),
    });
    return { self, peer: index === 0 ? ben : anna, channels, told, underway, heard };
  });
  const [a, b] = ends as [(typeof ends)[0], (typeof ends)[0]];
  const deliver = () => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      for (const frame of from.underway.splice(0))
        if (frame.type !== 'control') to.channels.onFrame(to.peer, frame);
  };
  const listen = (end: typeof a) => ({
    onMessage: ({ type }: WireMessage) => void end.heard.push(type),
    onClose: () => {},
  });
  return { a, b, deliver, listen };
}

test('what comes before anything is attached waits for it, and what was carried is told at the end (B5)', () => {
  const { a, b, deliver, listen } = twoEnds();
  for (const { channels, peer } of [a, b]) channels.open(peer, 1);
  b.channels.attach(b.peer, 1, (channel) => {
    channel.send({ type: 'have', piece: 3 });
    return listen(b);
  });
  deliver();
  a.channels.attach(a.peer, 1, () => listen(a));
  expect(a.heard).toEqual(['have']);
});

test('a channel is gone at each end once both have closed it, whoever was first (B5)', () => {
  const { a, b, deliver } = twoEnds();
  for (const { channels, peer } of [a, b]) channels.open(peer, 1);
  a.channels.close(a.peer, 1);
  a.channels.close(a.peer, 1);
  expect(a.told).toEqual(['wire-closed']);
  deliver();
  expect(b.told).toEqual(['wire-closed', 'channel-gone']);
  deliver();
  expect(a.told).toEqual(['wire-closed', 'channel-gone']);
});

test('of the channels of a link that went nothing is told any more', () => {
  const { a, deliver } = twoEnds();
  a.channels.open(a.peer, 1);
  a.channels.onLinkDown(a.peer);
  a.channels.close(a.peer, 1);
  deliver();
  expect(a.told).toEqual([]);
});
