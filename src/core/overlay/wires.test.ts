import { describe, expect, test } from 'vitest';
import type { InfoHash, NodeId } from '../wire/encoding/ids.ts';
import { decodeMessage, encodeMessage } from '../wire/link/message.ts';
import { createWires, type Holding, type WireEffect, type WireMessage } from './wires.ts';

const [LESSER, GREATER] = ['a', 'b'] as unknown as [NodeId, NodeId];
const bundle = (at: number, whole = true): Holding => ({
  infoHash: at.toString(16).padStart(40, '0') as InfoHash,
  whole,
});
const NEEDED = bundle(1, false);
const BLOCK_BYTES = 16 * 1024;

/** One end that is linked to the other, whose side the test plays. Of each pause the whole is drawn. */
function anEnd(self: NodeId, holdings: readonly Holding[]) {
  const peer = self === LESSER ? GREATER : LESSER;
  const wires = createWires(self, () => new Map());
  let nowMs = 1_000;
  const random = () => 0;
  wires.onLinkUp(peer);
  wires.setHoldings(holdings, nowMs);
  return {
    wires,
    peer,
    hears: (message: WireMessage) => wires.onMessage(peer, message, nowMs, random),
    hold: (bundles: readonly Holding[]) => wires.setHoldings(bundles, nowMs),
    closed: (channel: number, carriedBytes = 0) =>
      wires.onWireClosed(peer, channel, carriedBytes, nowMs, random),
    /** What it does when so much time has passed. */
    pass: (passedMs: number) => {
      nowMs += passedMs;
      return wires.handleTimer(nowMs);
    },
  };
}

const types = (effects: readonly WireEffect[]) =>
  effects.map((effect) => (effect.type === 'send-message' ? effect.message.type : effect.type));
const offersIn = (effects: readonly WireEffect[]) =>
  effects.flatMap((effect) =>
    effect.type === 'send-message' && effect.message.type === 'wire-offer' ? [effect.message] : [],
  );
const pausesIn = (effects: readonly WireEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'schedule-timer' ? [effect.delayMs] : []));

describe('wires over a link (B5)', () => {
  test('the end with the lesser key offers where one lacks pieces, and attaches once the other is ready', () => {
    const { hears, peer } = anEnd(LESSER, [NEEDED]);
    expect(hears({ type: 'holdings', bundles: [bundle(1)] })).toEqual([
      { type: 'open-channel', peer, channel: 1 },
      {
        type: 'send-message',
        to: peer,
        message: { type: 'wire-offer', infoHash: NEEDED.infoHash, channel: 1 },
      },
    ]);
    expect(hears({ type: 'wire-ready', channel: 1 })).toEqual([
      { type: 'attach-wire', peer, channel: 1, infoHash: NEEDED.infoHash },
    ]);
  });

  test('the end with the greater key offers nothing; it opens its end and attaches before it says ready', () => {
    const { hears } = anEnd(GREATER, [NEEDED]);
    expect(hears({ type: 'holdings', bundles: [bundle(1)] })).toEqual([]);
    const answer = hears({ type: 'wire-offer', infoHash: NEEDED.infoHash, channel: 1 });
    expect(types(answer)).toEqual(['open-channel', 'attach-wire', 'wire-ready']);
  });

  test('none runs where both have all of it, or one does not hold it', () => {
    const { hears } = anEnd(LESSER, [bundle(1), bundle(2, false)]);
    expect(hears({ type: 'holdings', bundles: [bundle(1), bundle(3)] })).toEqual([]);
  });

  test('what each holds is told on connect and whenever it changes, and not when it does not', () => {
    const { hold } = anEnd(LESSER, []);
    expect(types(hold([bundle(1)]))).toEqual(['holdings']);
    expect(hold([bundle(1)])).toEqual([]);
    expect(types(hold([]))).toEqual(['holdings']);
    const fresh = createWires(LESSER, () => new Map());
    fresh.setHoldings([bundle(1)], 0);
    expect(fresh.onLinkUp(GREATER)).toEqual([
      { type: 'send-message', to: GREATER, message: { type: 'holdings', bundles: [bundle(1)] } },
    ]);
  });

  test('a wire that was of use and ended is offered again after 2 s, and not before it ended', () => {
    const { hears, pass, closed } = anEnd(LESSER, [NEEDED]);
    hears({ type: 'holdings', bundles: [bundle(1)] });
    hears({ type: 'wire-ready', channel: 1 });
    expect(pass(60_000)).toEqual([]);
    expect(pausesIn(closed(1, BLOCK_BYTES))).toEqual([2_000]);
    expect(offersIn(pass(1_999))).toEqual([]);
    expect(offersIn(pass(1))).toMatchObject([{ channel: 2 }]);
  });

  test('one that both ends have all of by now is closed: another may need its place', () => {
    const { hears, hold, peer } = anEnd(LESSER, [NEEDED]);
    hears({ type: 'holdings', bundles: [bundle(1)] });
    hears({ type: 'wire-ready', channel: 1 });
    expect(hold([bundle(1)])).toContainEqual({ type: 'close-channel', peer, channel: 1 });
  });

  test('attack: a bundle that is not held, a channel in use, and an offer by the greater key are declined', () => {
    const { hears, wires, peer } = anEnd(GREATER, [NEEDED]);
    const offer = (infoHash: InfoHash, channel: number) =>
      types(hears({ type: 'wire-offer', infoHash, channel }));
    expect(offer(bundle(9).infoHash, 1)).toEqual(['wire-declined']);
    expect(offer(NEEDED.infoHash, 5)).toContain('wire-ready');
    expect(offer(NEEDED.infoHash, 5)).toEqual(['wire-declined']);
    // It closed here, and the other end's last bytes may still come.
    wires.onWireClosed(peer, 5, 0, 0, () => 0);
    expect(offer(NEEDED.infoHash, 5)).toEqual(['wire-declined']);
    wires.onChannelGone(peer, 5);
    expect(offer(NEEDED.infoHash, 5)).toContain('wire-ready');
    const lesser = anEnd(LESSER, [NEEDED]);
    expect(types(lesser.hears({ type: 'wire-offer', infoHash: NEEDED.infoHash, channel: 1 }))).toEqual([
      'wire-declined',
    ]);
  });

  test('attack: a neighbour makes a node run 16 wires at most', () => {
    const held = Array.from({ length: 20 }, (_, at) => bundle(at, false));
    const greater = anEnd(GREATER, held);
    const answers = held.map(({ infoHash }, at) =>
      types(greater.hears({ type: 'wire-offer', infoHash, channel: at + 1 })).at(-1),
    );
    expect(answers.filter((answer) => answer === 'wire-ready')).toHaveLength(16);
    const lesser = anEnd(LESSER, held);
    const offers = lesser.hears({
      type: 'holdings',
      bundles: held.map((each) => ({ ...each, whole: true })),
    });
    expect(offersIn(offers)).toHaveLength(16);
  });

  test('attack: an answer that is repeated, or that nobody asked for, attaches nothing', () => {
    const { hears, peer } = anEnd(LESSER, [NEEDED]);
    const ready = (channel: number) => types(hears({ type: 'wire-ready', channel }));
    expect(ready(1)).toEqual([]);
    hears({ type: 'holdings', bundles: [bundle(1)] });
    expect(ready(1)).toEqual(['attach-wire']);
    expect(ready(1)).toEqual([]);
    expect(ready(2)).toEqual([]);
    expect(hears({ type: 'wire-declined', channel: 1 })).toEqual([
      { type: 'close-channel', peer, channel: 1 },
    ]);
  });
});

test('whoever holds more than 64 bundles says no more of them than a neighbour reads (B5, W9)', () => {
  const wires = createWires(LESSER, () => new Map());
  wires.setHoldings(
    Array.from({ length: 100 }, (_, at) => bundle(at)),
    0,
  );
  const [said] = wires.onLinkUp(GREATER);
  if (said?.type !== 'send-message') throw new Error('nothing was said');
  expect(decodeMessage(encodeMessage(said.message))).toEqual(said.message);
});

describe('a wire that is refused, or that stalls (B5)', () => {
  const refusals = (end: ReturnType<typeof anEnd>, count: number) =>
    Array.from({ length: count }, () => {
      const [pauseMs] = pausesIn(end.hears({ type: 'wire-declined', channel: 1 }));
      expect(offersIn(end.pass(pauseMs! - 1))).toEqual([]);
      expect(offersIn(end.pass(1))).toHaveLength(1);
      return pauseMs;
    });

  test('is offered again after twice the time, a minute at most, over the channel that was made for it', () => {
    const end = anEnd(LESSER, [NEEDED]);
    end.hears({ type: 'holdings', bundles: [bundle(1)] });
    expect(refusals(end, 7)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    end.hears({ type: 'wire-declined', channel: 1 });
    const again = end.pass(60_000);
    expect(types(again)).toEqual(['wire-offer']);
  });

  test('counts when it closed before a block passed; a block that passes resets the pause', () => {
    const { hears, closed, pass } = anEnd(LESSER, [NEEDED]);
    hears({ type: 'holdings', bundles: [bundle(1)] });
    const stall = (channel: number, carriedBytes: number) => {
      hears({ type: 'wire-ready', channel });
      const [pauseMs] = pausesIn(closed(channel, carriedBytes));
      pass(pauseMs!);
      return pauseMs;
    };
    expect([1, 2, 3].map((channel) => stall(channel, BLOCK_BYTES - 1))).toEqual([2_000, 4_000, 8_000]);
    expect(stall(4, BLOCK_BYTES)).toBe(2_000);
    expect(stall(5, 0)).toBe(4_000);
  });

  test('is offered at once when the other end holds another part of it, or this one; not for what else changes', () => {
    const end = anEnd(LESSER, [NEEDED]);
    end.hears({ type: 'holdings', bundles: [bundle(1)] });
    refusals(end, 4);
    end.hears({ type: 'wire-declined', channel: 1 });
    expect(offersIn(end.hears({ type: 'holdings', bundles: [bundle(1), bundle(2)] }))).toEqual([]);
    expect(offersIn(end.hold([NEEDED, bundle(3)]))).toEqual([]);
    expect(offersIn(end.hears({ type: 'holdings', bundles: [bundle(1, false)] }))).toHaveLength(1);
    end.hears({ type: 'wire-declined', channel: 1 });
    expect(offersIn(end.hold([bundle(1)]))).toHaveLength(1);
  });

  test('is not offered any more when either end does not hold the bundle', () => {
    const end = anEnd(LESSER, [NEEDED]);
    end.hears({ type: 'holdings', bundles: [bundle(1)] });
    end.hears({ type: 'holdings', bundles: [] });
    expect(end.hears({ type: 'wire-declined', channel: 1 })).toEqual([]);
    expect(end.pass(3_600_000)).toEqual([]);
    end.hears({ type: 'holdings', bundles: [bundle(1)] });
    end.hold([]);
    expect(end.hears({ type: 'wire-declined', channel: 1 })).toEqual([]);
    expect(end.pass(3_600_000)).toEqual([]);
  });

  test('of two that failed together the pauses differ', () => {
    const wires = createWires(LESSER, () => new Map());
    wires.onLinkUp(GREATER);
    wires.setHoldings([NEEDED], 0);
    wires.onMessage(GREATER, { type: 'holdings', bundles: [bundle(1)] }, 0, () => 0);
    const declined = wires.onMessage(GREATER, { type: 'wire-declined', channel: 1 }, 0, () => 0.9);
    expect(pausesIn(declined)).toEqual([1_100]);
  });
});
