import { describe, expect, test } from 'vitest';
import type { NodeId } from '../wire/ids.ts';
import { createSignalRouting, type SignalEffect } from './signal-routing.ts';

const id = (name: string) => name as NodeId;
const SIGNAL = Uint8Array.of(1, 2, 3);
const random = () => 0;

function setUp(...links: string[]) {
  const routing = createSignalRouting(id('self'));
  for (const peer of links) routing.onLinkUp(id(peer));
  return {
    routing,
    pass: (peer: string, target: string, path: readonly string[], signal = SIGNAL, nowMs = 0) =>
      routing.onSignal(
        id(peer),
        { type: 'signal', target: id(target), path: path.map(id), signal },
        nowMs,
        random,
      ),
    offer: (to: string, search = false) => routing.offer({ to: id(to), signal: SIGNAL, search }, 0, random),
  };
}

const receivers = (effects: readonly SignalEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send-message' ? [effect.to] : []));

describe('ways (G7)', () => {
  test('by a neighbour that has the target as its own', () => {
    const { routing, offer } = setUp('a', 'b');
    routing.onMembership(id('b'), { type: 'active-view', nodes: [id('target')] }, 0);
    expect(receivers(offer('target'))).toEqual(['b']);
  });

  test('back where a newcomer, a shuffle or a signal came from', () => {
    const { routing, offer, pass } = setUp('a', 'b', 'c');
    routing.onMembership(id('a'), { type: 'forward-join', node: id('newcomer'), hopsLeft: 2 }, 0);
    routing.onMembership(id('b'), { type: 'shuffle', path: [id('origin'), id('b')], nodes: [] }, 0);
    pass('c', 'self', ['caller', 'c']);
    expect(['newcomer', 'origin', 'caller'].flatMap((to) => receivers(offer(to)))).toEqual(['a', 'b', 'c']);
  });

  test('at random where none is known, if it is to be searched for', () => {
    const { offer } = setUp('a', 'b', 'c', 'd');
    expect(receivers(offer('stranger'))).toEqual([]);
    expect(receivers(offer('stranger', true))).toHaveLength(3);
  });

  test('are forgotten with the link, and in time', () => {
    const { routing, offer } = setUp('a', 'b');
    routing.onMembership(id('a'), { type: 'forward-join', node: id('x'), hopsLeft: 2 }, 0);
    routing.onMembership(id('b'), { type: 'forward-join', node: id('y'), hopsLeft: 2 }, 0);
    routing.onLinkDown(id('a'));
    expect(receivers(offer('x'))).toEqual([]);
    expect(receivers(routing.offer({ to: id('y'), signal: SIGNAL, search: false }, 400_000, random))).toEqual(
      [],
    );
  });
});

describe('what is carried (G8)', () => {
  test('a signal arrives once, however many copies come', () => {
    const { pass } = setUp('a', 'b');
    expect(pass('a', 'self', ['caller', 'a'])).toEqual([
      { type: 'signal-arrived', from: 'caller', signal: SIGNAL },
    ]);
    expect(pass('b', 'self', ['caller', 'b'])).toEqual([]);
  });

  test('it goes six hops and no farther', () => {
    const { pass } = setUp('a', 'b');
    expect(receivers(pass('a', 'x', ['1', '2', '3', '4', 'a']))).toEqual(['b']);
    expect(receivers(pass('a', 'y', ['1', '2', '3', '4', '5', 'a']))).toEqual([]);
  });

  test('attack: a path that does not end at who sent it, or has this node or the target on it, is a strike', () => {
    const { pass } = setUp('a', 'b');
    for (const path of [[], ['caller'], ['self', 'a'], ['x', 'caller', 'a']])
      expect(pass('a', 'x', path)).toMatchObject([{ type: 'peer-misbehaved', peer: 'a' }]);
  });

  test('attack: one author, or one neighbour, that floods is carried at a bounded rate', () => {
    const flood = (authorOf: (at: number) => string) => {
      const { pass } = setUp('a', 'b');
      return Array.from({ length: 1_000 }, (_, at) =>
        receivers(pass('a', 'x', [authorOf(at), 'a'], Uint8Array.of(at, at >> 8))),
      ).flat().length;
    };
    expect(flood(() => 'caller')).toBe(24);
    expect(flood((at) => `sybil${at}`)).toBe(80);
  });
});
