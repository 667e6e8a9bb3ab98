import { describe, expect, test } from 'vitest';
import type { NodeId } from '../../src/core/wire/encoding/ids.ts';
import { createRandomSource } from '../engine/random.ts';
import type { WireMessage } from '../fleet/node-frame.ts';
import type { ChannelListener } from './bulk-channels.ts';
import { createSwarm } from './swarm.ts';

const PIECES = 16;

function aNode(name: string, pieces: Uint8Array = new Uint8Array(PIECES)) {
  let nowMs = 0;
  const writes: (() => void)[] = [];
  let isSlow = false;
  const kept: number[] = [];
  let sentBytes = 0;
  const swarm = createSwarm({
    pieces,
    sizeOf: () => 10,
    random: createRandomSource(1).stream(name),
    nowMs: () => nowMs,
    keep: (_piece, done) => (isSlow ? void writes.push(done) : done()),
    onKept: (piece) => kept.push(piece),
    onSent: (sizeBytes) => {
      sentBytes += sizeBytes;
    },
  });
  return {
    name: name as NodeId,
    swarm,
    kept,
    sentBytes: () => sentBytes,
    writeSlowly: () => {
      isSlow = true;
      return () => {
        for (const done of writes.splice(0)) done();
      };
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}
type TestNode = ReturnType<typeof aNode>;

/** Messages wait until `deliver`; `lose` drops what waits. */
function link(a: TestNode, b: TestNode) {
  const underway: { readonly to: () => ChannelListener; readonly message: WireMessage }[] = [];
  let isOpen = true;
  const listeners: ChannelListener[] = [];
  const end = (other: number) => ({
    send: (message: WireMessage) => void underway.push({ to: () => listeners[other]!, message }),
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      for (const { onClose } of listeners) onClose();
    },
  });
  listeners[0] = a.swarm.attach(b.name, end(1));
  listeners[1] = b.swarm.attach(a.name, end(0));
  return {
    deliver: () => {
      for (let next = underway.shift(); next !== undefined && isOpen; next = underway.shift())
        next.to().onMessage(next.message);
    },
    lose: () => underway.splice(0),
    isOpen: () => isOpen,
  };
}

const whole = () => new Uint8Array(PIECES).fill(1);

describe('a bundle at one node', () => {
  test('comes whole, each piece once, and is counted by who sent it', () => {
    const [seed, device] = [aNode('seed', whole()), aNode('device')];
    link(seed, device).deliver();
    expect(device.swarm.isWhole()).toBe(true);
    expect([...device.kept].sort((a, b) => a - b)).toEqual(
      Array.from({ length: PIECES }, (_, piece) => piece),
    );
    expect(device.swarm.bytesFrom).toEqual(new Map([['seed', 10 * PIECES]]));
    expect(seed.sentBytes()).toBe(10 * PIECES);
  });

  test('is passed on piece by piece by who has not all of it, and nobody is asked for what another brings', () => {
    const [seed, near, far] = [aNode('seed', whole()), aNode('near'), aNode('far')];
    const links = [link(seed, near), link(near, far)];
    for (let round = 0; round < PIECES; round++) for (const { deliver } of links) deliver();
    expect(far.swarm.isWhole()).toBe(true);
    expect(seed.sentBytes()).toBe(10 * PIECES);
  });

  test('a piece counts once it is written: before, it is neither served nor announced', () => {
    const [seed, device, other] = [aNode('seed', whole()), aNode('device'), aNode('other')];
    const write = device.writeSlowly();
    const links = [link(seed, device), link(device, other)];
    for (const { deliver } of links) deliver();
    expect(device.swarm.here()).toBe(0);
    expect(other.swarm.here()).toBe(0);
    write();
    for (let round = 0; round < PIECES; round++) for (const { deliver } of links) deliver();
    expect(other.swarm.here()).toBeGreaterThan(0);
  });

  test('a wire that brings nothing of what was asked for is cut, and another is asked (B6)', () => {
    const [dead, seed, device] = [aNode('dead', whole()), aNode('seed', whole()), aNode('device')];
    const bad = link(dead, device);
    bad.deliver();
    const again = aNode('again');
    const stuck = link(dead, again);
    // The bitfield comes; what is asked for then is lost.
    stuck.lose();
    const good = link(seed, again);
    good.deliver();
    expect(again.swarm.isWhole()).toBe(true);
    const late = aNode('late');
    const silent = link(dead, late);
    silent.lose();
    late.swarm.cutStalled(15_000);
    expect(silent.isOpen()).toBe(true);
  });
});
