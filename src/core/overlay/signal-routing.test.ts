import { describe, expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import { createSignalRouting, type SignalEffect } from './signal-routing.ts';

const id = (name: string) => name as NodeId;
const SIGNAL = Uint8Array.of(1, 2, 3);
const random = () => 0;

/** Whose names begin with "sybil" the ledger does not know. */
const isMember = (node: NodeId) => !node.startsWith('sybil');

function setUp(...links: string[]) {
  const routing = createSignalRouting({ self: id('self'), isMember });
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
    expect(flood((at) => `author${at}`)).toBe(72);
  });
});

describe('attack: Sybils use up what neighbours carry (G10)', () => {
  const besieged = () => {
    const sides = ['sybil a', 'sybil b', 'sybil c', 'sybil d'];
    const setting = setUp('way', 'member', ...sides);
    setting.routing.onMembership(id('way'), { type: 'active-view', nodes: [id('target')] }, 0);
    let made = 0;
    const carriedOf = (by: string, author: string, count: number, nowMs = 0) =>
      Array.from({ length: count }, () => {
        made++;
        return receivers(setting.pass(by, 'target', [author, by], Uint8Array.of(made, made >> 8), nowMs));
      }).flat().length;
    return { ...setting, sides, carriedOf };
  };

  test('what strangers bring leaves room for members, whoever it names as its author', () => {
    const { sides, carriedOf, offer } = besieged();
    const lent = sides.map((sybil, at) =>
      carriedOf(sybil, at % 2 === 0 ? `sybil ${at}` : `member ${at}`, 24),
    );
    expect(lent.reduce((sum, count) => sum + count)).toBe(40);
    expect(carriedOf('member', 'honest', 20)).toBe(20);
    expect(receivers(offer('target'))).toEqual(['way']);
  });

  test('what a member carries on for a stranger is lent too', () => {
    const { carriedOf } = besieged();
    const lent = Array.from({ length: 10 }, (_, at) => carriedOf('member', `sybil ${at}`, 8));
    expect(lent.reduce((sum, count) => sum + count)).toBe(40);
  });

  test('one a second is theirs always: an honest newcomer is a stranger too', () => {
    const { sides, carriedOf } = besieged();
    for (const sybil of sides) carriedOf(sybil, sybil, 24);
    carriedOf('member', 'honest', 24);
    // Members take the rest, as it comes.
    const rounds = Array.from({ length: 20 }, (_, second) => {
      const nowMs = (second + 1) * 1_000;
      for (let at = 0; at < 12; at++) carriedOf('member', `honest ${at}`, 1, nowMs);
      return carriedOf('sybil a', 'sybil newcomer', 1, nowMs);
    });
    expect(rounds.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(15);
  });

  test('ways by members stay when strangers name shorter ones', () => {
    const { routing, offer } = setUp('member', 'sybil a');
    routing.onMembership(id('member'), { type: 'forward-join', node: id('x'), hopsLeft: 2 }, 0);
    routing.onMembership(id('sybil a'), { type: 'forward-join', node: id('x'), hopsLeft: 6 }, 0);
    expect(receivers(offer('x'))).toEqual(['member']);
  });

  test('ways to members stay when strangers name nodes without end', () => {
    const { routing, offer } = setUp('member', 'sybil a');
    routing.onMembership(id('member'), { type: 'forward-join', node: id('x'), hopsLeft: 2 }, 0);
    for (let at = 0; at < 2_000; at++)
      routing.onMembership(id('sybil a'), { type: 'forward-join', node: id(`sybil ${at}`), hopsLeft: 6 }, 0);
    expect(receivers(offer('x'))).toEqual(['member']);
  });

  test('members are asked first, as neighbours of the target and at random', () => {
    const { routing, offer } = setUp('sybil a', 'sybil b', 'sybil c', 'member');
    expect(receivers(offer('lost', true))[0]).toBe('member');
    for (const peer of ['sybil a', 'sybil b', 'member'])
      routing.onMembership(id(peer), { type: 'active-view', nodes: [id('target')] }, 0);
    expect(receivers(offer('target'))).toEqual(['member']);
  });
});
