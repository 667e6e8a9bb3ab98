import { describe, expect, test } from 'vitest';
import type { InfoHash, NodeId } from '../wire/ids.ts';
import { createWires, type Holding, type WireEffect, type Wires } from './wires.ts';

const [LESSER, GREATER] = ['a', 'b'] as unknown as [NodeId, NodeId];
const bundle = (at: number, whole = true): Holding => ({
  infoHash: at.toString(16).padStart(40, '0') as InfoHash,
  whole,
});
const NEEDED = bundle(1, false);

/** One end that is linked to the other, whose side the test plays. */
function anEnd(self: NodeId, holdings: readonly Holding[]): { readonly wires: Wires; readonly peer: NodeId } {
  const peer = self === LESSER ? GREATER : LESSER;
  const wires = createWires(self);
  wires.onLinkUp(peer);
  wires.setHoldings(holdings);
  return { wires, peer };
}

const types = (effects: readonly WireEffect[]) =>
  effects.map((effect) => (effect.type === 'send-message' ? effect.message.type : effect.type));

describe('wires over a link (B5)', () => {
  test('the end with the lesser key offers where one lacks pieces, and attaches once the other is ready', () => {
    const { wires, peer } = anEnd(LESSER, [NEEDED]);
    const offered = wires.onMessage(peer, { type: 'holdings', bundles: [bundle(1)] });
    expect(offered).toEqual([
      { type: 'open-channel', peer, channel: 1 },
      {
        type: 'send-message',
        to: peer,
        message: { type: 'wire-offer', infoHash: NEEDED.infoHash, channel: 1 },
      },
    ]);
    expect(wires.onMessage(peer, { type: 'wire-ready', channel: 1 })).toEqual([
      { type: 'attach-wire', peer, channel: 1, infoHash: NEEDED.infoHash },
    ]);
  });

  test('the end with the greater key offers nothing; it opens its end and attaches before it says ready', () => {
    const { wires, peer } = anEnd(GREATER, [NEEDED]);
    expect(wires.onMessage(peer, { type: 'holdings', bundles: [bundle(1)] })).toEqual([]);
    const answer = wires.onMessage(peer, { type: 'wire-offer', infoHash: NEEDED.infoHash, channel: 1 });
    expect(types(answer)).toEqual(['open-channel', 'attach-wire', 'wire-ready']);
  });

  test('none runs where both have all of it, or one does not hold it', () => {
    const { wires, peer } = anEnd(LESSER, [bundle(1), bundle(2, false)]);
    expect(wires.onMessage(peer, { type: 'holdings', bundles: [bundle(1), bundle(3)] })).toEqual([]);
  });

  test('what each holds is told on connect and whenever it changes', () => {
    const { wires } = anEnd(LESSER, []);
    expect(types(wires.setHoldings([bundle(1)]))).toEqual(['holdings']);
    const fresh = createWires(LESSER);
    fresh.setHoldings([bundle(1)]);
    expect(fresh.onLinkUp(GREATER)).toEqual([
      { type: 'send-message', to: GREATER, message: { type: 'holdings', bundles: [bundle(1)] } },
    ]);
  });

  test('a wire that ended is offered again on the next channel, and not before it ended', () => {
    const { wires, peer } = anEnd(LESSER, [NEEDED]);
    wires.onMessage(peer, { type: 'holdings', bundles: [bundle(1)] });
    expect(wires.offerAgain()).toEqual([]);
    wires.onWireClosed(peer, 1);
    expect(wires.offerAgain()).toContainEqual({ type: 'open-channel', peer, channel: 2 });
  });

  test('attack: a bundle that is not held, a channel out of turn, and an offer by the greater key are declined', () => {
    const { wires, peer } = anEnd(GREATER, [NEEDED]);
    const offer = (infoHash: InfoHash, channel: number) =>
      types(wires.onMessage(peer, { type: 'wire-offer', infoHash, channel }));
    expect(offer(bundle(9).infoHash, 1)).toEqual(['wire-declined']);
    expect(offer(NEEDED.infoHash, 5)).toContain('wire-ready');
    expect(offer(NEEDED.infoHash, 5)).toEqual(['wire-declined']);
    expect(offer(NEEDED.infoHash, 4)).toEqual(['wire-declined']);
    const lesser = anEnd(LESSER, [NEEDED]);
    expect(
      types(
        lesser.wires.onMessage(lesser.peer, { type: 'wire-offer', infoHash: NEEDED.infoHash, channel: 1 }),
      ),
    ).toEqual(['wire-declined']);
  });

  test('attack: a neighbour makes a node run 16 wires at most', () => {
    const held = Array.from({ length: 20 }, (_, at) => bundle(at, false));
    const greater = anEnd(GREATER, held);
    const answers = held.map(({ infoHash }, at) =>
      types(greater.wires.onMessage(greater.peer, { type: 'wire-offer', infoHash, channel: at + 1 })).at(-1),
    );
    expect(answers.filter((answer) => answer === 'wire-ready')).toHaveLength(16);
    const lesser = anEnd(LESSER, held);
    const offers = lesser.wires.onMessage(lesser.peer, {
      type: 'holdings',
      bundles: held.map((each) => ({ ...each, whole: true })),
    });
    expect(types(offers).filter((type) => type === 'wire-offer')).toHaveLength(16);
  });

  test('attack: an answer that is repeated, or that nobody asked for, attaches nothing', () => {
    const { wires, peer } = anEnd(LESSER, [NEEDED]);
    const ready = (channel: number) => types(wires.onMessage(peer, { type: 'wire-ready', channel }));
    expect(ready(1)).toEqual([]);
    wires.onMessage(peer, { type: 'holdings', bundles: [bundle(1)] });
    expect(ready(1)).toEqual(['attach-wire']);
    expect(ready(1)).toEqual([]);
    expect(ready(2)).toEqual([]);
  });

  test('a link whose channels are used up is ended, so that a new one begins at 1', () => {
    const { wires, peer } = anEnd(LESSER, [NEEDED]);
    wires.onMessage(peer, { type: 'holdings', bundles: [bundle(1)] });
    let last: readonly WireEffect[] = [];
    for (let channel = 1; channel <= 1_022; channel++) {
      wires.onWireClosed(peer, channel);
      last = wires.offerAgain();
    }
    expect(last).toMatchObject([{ type: 'hang-up', peer }]);
  });
});
