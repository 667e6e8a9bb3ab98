import { expect, test } from 'vitest';
import { createRandomSource } from '../engine/random.ts';
import { createSimulation } from '../engine/simulation.ts';
import { createNetwork, type Frame, type NetworkFact } from './network.ts';
import { createTopology, type NodeIndex, type Topology } from './topology.ts';

type Numbered = Frame & { readonly number: number };
const numbered = (number: number, sizeBytes = 100): Numbered => ({ number, sizeBytes, code: 1 });

/** Nodes 0 and 2 are in one site, 1 and 3 in the other. */
function setUp(adjust: (topology: Topology) => void = () => {}) {
  const random = createRandomSource(1);
  const simulation = createSimulation(() => {});
  const topology = createTopology(4, random);
  adjust(topology);
  const heard: { readonly node: NodeIndex; readonly atMs: number; readonly fact: NetworkFact<Numbered> }[] =
    [];
  const network = createNetwork<Numbered>({
    simulation,
    topology,
    random,
    onFact: (node, fact) => heard.push({ node, atMs: simulation.nowMs, fact }),
  });
  for (let node = 0; node < 4; node++) network.start(node);
  const frames = (node: NodeIndex) =>
    heard.flatMap((item) =>
      item.node === node && item.fact.type === 'frame-received'
        ? [{ number: item.fact.frame.number, atMs: item.atMs }]
        : [],
    );
  const types = (node: NodeIndex) => heard.flatMap((item) => (item.node === node ? [item.fact.type] : []));
  return { simulation, topology, network, frames, types };
}

test('frames of a link arrive in order and none is lost, whatever the line loses', () => {
  const { simulation, topology, network, frames } = setUp(({ lossRate }) => lossRate.fill(0.3));
  network.establish(0, 1, 'direct');
  for (let number = 0; number < 200; number++) network.send(0, 1, numbered(number));
  simulation.runUntil(60_000);
  const arrived = frames(1);
  expect(arrived.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, number) => number));
  expect(arrived[0]!.atMs).toBeGreaterThanOrEqual(topology.oneWayMs(0, 1));
  // A lost packet waits for its time-out, and all behind it with it.
  expect(arrived.at(-1)!.atMs).toBeGreaterThan(topology.oneWayMs(0, 1) + 400);
});

test('the line of a site is shared by all links that leave it, and only by those', () => {
  const { simulation, network, frames } = setUp(({ siteUplink, lossRate }) => {
    lossRate.fill(0);
    siteUplink[0] = 1;
  });
  network.establish(0, 1, 'direct');
  network.establish(2, 3, 'direct');
  network.establish(0, 2, 'lan');
  network.send(0, 1, numbered(1, 1_000));
  network.send(2, 3, numbered(2, 1_000));
  network.send(0, 2, numbered(3, 1_000));
  simulation.runUntil(10_000);
  expect(frames(2)[0]!.atMs).toBeLessThan(5);
  expect(frames(1)[0]!.atMs).toBeGreaterThan(1_000);
  expect(frames(3)[0]!.atMs).toBeGreaterThan(2_000);
});

test('what waits for a slow line is told to the sender, and that it has gone', () => {
  const { simulation, network, types } = setUp(({ uplink }) => uplink.fill(10));
  network.establish(0, 1, 'direct');
  for (let number = 0; number < 100; number++) network.send(0, 1, numbered(number, 1_000));
  simulation.runUntil(1);
  expect(types(0)).toContain('link-congested');
  expect(types(0)).not.toContain('link-drained');
  simulation.runUntil(60_000);
  expect(types(0).filter((type) => type.startsWith('link-'))).toEqual([
    'link-up',
    'link-congested',
    'link-drained',
  ]);
});

test('the other end of a crash notices late, and frames to the dead vanish', () => {
  const { simulation, network, frames, types } = setUp();
  network.establish(0, 1, 'direct');
  network.crash(1);
  network.send(0, 1, numbered(1));
  simulation.runUntil(14_999);
  expect(types(0)).toEqual(['link-up']);
  simulation.runUntil(31_000);
  expect(types(0)).toEqual(['link-up', 'link-down']);
  expect(frames(1)).toEqual([]);
});

test('a split cuts the links that cross it and no other, and nothing passes until it heals', () => {
  const { simulation, network, types } = setUp(({ siteOf }) => expect(siteOf).toEqual([0, 1, 0, 1]));
  network.establish(0, 1, 'direct');
  network.establish(0, 2, 'lan');
  network.partition((node) => node % 2);
  expect([network.path(0, 1), network.path(0, 2)]).toEqual(['none', 'lan']);
  simulation.runUntil(31_000);
  expect(types(0)).toEqual(['link-up', 'link-up', 'link-down']);
  expect([...network.linksOf(0).keys()]).toEqual([2]);
  network.partition(() => 0);
  expect(network.path(0, 1)).not.toBe('none');
});

test('a goodbye comes after what was sent before it', () => {
  const { simulation, network, frames, types } = setUp();
  network.establish(0, 1, 'direct');
  network.send(0, 1, numbered(1));
  network.hangUp(0, 1, 'enough');
  simulation.runUntil(5_000);
  expect(frames(1)).toHaveLength(1);
  expect(types(1)).toEqual(['link-up', 'frame-received', 'link-down']);
  expect(types(0)).toEqual(['link-up', 'link-down']);
});
