import { describe, expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { MembershipMessage } from '../wire/link/overlay.ts';
import { createHyParView, type HyParViewInput } from './hyparview.ts';
import { DEFAULT_HYPARVIEW_CONFIG } from './hyparview-config.ts';
import type { HyParViewEffect } from './membership-turn.ts';
import { createPassiveView } from './passive-view.ts';

const id = (name: string) => name as NodeId;
const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => id(`${prefix}${at}`));

/** Members are `m...`, and the node itself once the ledger says so; Sybils and newcomers have other names. */
function setUp(ledger = { isHere: true }) {
  const isMember = (node: NodeId) => ledger.isHere && (node.startsWith('m') || node === 'self');
  const machine = createHyParView({ self: id('self'), siteOf: () => undefined, isMember });
  let nowMs = 0;
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  /** Whoever is hung up on is gone at once. */
  const feed = (input: HyParViewInput): readonly HyParViewEffect[] => {
    const effects = machine.handle(input, nowMs, random);
    const ends = effects.flatMap((effect) => (effect.type === 'hang-up' ? [effect.peer] : []));
    return [...effects, ...ends.flatMap((peer) => feed({ type: 'link-down', peer }))];
  };
  return {
    ledger,
    feed,
    admits: machine.admits,
    linked: (prefix: string) => [...machine.neighbours].filter((peer) => peer.startsWith(prefix)),
    pass: (ms: number) => {
      nowMs += ms;
    },
    link: (peer: NodeId, dialled = false) => feed({ type: 'link-up', peer, dialled }),
    hear: (peer: NodeId, message: MembershipMessage) => feed({ type: 'message-received', peer, message }),
  };
}

const dialled = (effects: readonly HyParViewEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'dial' ? [effect.peer] : []));

describe('strangers (M14)', () => {
  test('attack: Sybils that link with all they can take no place of a member', () => {
    const { link, hear, linked, pass, admits } = setUp();
    for (const peer of many('m', 5)) link(peer);
    for (let minute = 0; minute < 20; minute++) {
      for (const peer of many(`sybil${minute}-`, 50))
        if (admits(peer)) {
          link(peer);
          hear(peer, { type: 'neighbor', priority: 'high' });
        }
      pass(60_000);
    }
    expect(linked('m')).toEqual(many('m', 5));
    expect(linked('sybil')).toHaveLength(2);
  });

  test('what members leave free is lent: a founder alone takes in several devices that it has yet to admit', () => {
    const { link, linked, admits } = setUp();
    for (const peer of many('device', 9)) if (admits(peer)) link(peer);
    expect(linked('device')).toHaveLength(7);
  });

  test('a member finds a place though strangers have taken all, and one of these goes', () => {
    const { link, hear, linked, admits } = setUp();
    for (const peer of many('m', 5)) link(peer);
    for (const peer of many('sybil', 2)) link(peer);
    expect([admits(id('sybil9')), admits(id('m5'))]).toEqual([false, true]);
    for (const peer of ['m5', 'm6']) {
      link(id(peer));
      hear(id(peer), { type: 'neighbor', priority: 'low' });
    }
    expect([linked('m').length, linked('sybil').length]).toEqual([7, 2]);
  });

  test('attack: whoever sits on the lent places gives one up to the next stranger, but not at once', () => {
    const { link, linked, pass, admits } = setUp();
    for (const peer of [...many('m', 5), ...many('sybil', 2)]) link(peer);
    expect(admits(id('newcomer'))).toBe(false);
    pass(20_000);
    link(id('m0'));
    expect(admits(id('newcomer'))).toBe(true);
    link(id('newcomer'));
    expect([linked('sybil'), linked('newcomer')]).toEqual([['sybil1'], ['newcomer']]);
  });

  test('members are dialled before strangers, and strangers only into a view that is short', () => {
    const { feed, link } = setUp();
    link(id('m9'), true);
    const named = [...many('sybil', 4), ...many('m', 3)];
    expect(
      dialled(feed({ type: 'peers-introduced', peers: named }))
        .slice(0, 3)
        .sort(),
    ).toEqual(many('m', 3));
    for (const peer of [...many('m', 3), id('sybil0')]) link(peer, true);
    expect(dialled(feed({ type: 'peers-introduced', peers: many('sybil', 4) })).length).toBeLessThanOrEqual(
      1,
    );
  });

  test('a view of strangers is not full: a member that is heard of is dialled', () => {
    const { feed, link } = setUp();
    for (const peer of many('sybil', 5)) link(peer);
    expect(dialled(feed({ type: 'peers-introduced', peers: [id('m0')] }))).toEqual(['m0']);
  });

  test('attack: a newcomer surrounded by strangers goes on trying others every few seconds, and asks the servers', () => {
    const { feed, link, pass } = setUp({ isHere: false });
    feed({ type: 'peers-introduced', peers: [...many('sybil', 5), id('m0')] });
    for (const peer of many('sybil', 6)) link(peer, true);
    const tried: NodeId[] = [];
    let seeks = 0;
    const pauses: number[] = [];
    for (let effects = feed({ type: 'timer-fired', timer: 'redial' }), round = 0; round < 30; round++) {
      const timer = effects.findLast(
        (effect) => effect.type === 'schedule-timer' && effect.timer === 'redial',
      );
      const delayMs = timer?.type === 'schedule-timer' ? timer.delayMs : 60_000;
      pauses.push(delayMs);
      pass(delayMs + 1);
      feed({ type: 'peer-seen', peer: id(`other${round}`) });
      effects = feed({ type: 'timer-fired', timer: 'redial' });
      for (const peer of dialled(effects)) {
        tried.push(peer);
        effects = [...effects, ...feed({ type: 'dial-failed', peer })];
      }
      seeks += effects.filter(({ type }) => type === 'seek-peers').length;
    }
    expect(tried.length).toBeGreaterThan(3);
    expect(seeks).toBeGreaterThan(1);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6_000);
    expect(Math.max(...pauses)).toBeGreaterThan(2 * pauses[0]!);
  });

  test('who has learned the ledger over its first links tells members, and looks for them at once', () => {
    const { ledger, feed, link, linked, pass } = setUp({ isHere: false });
    for (const peer of [...many('sybil', 6), id('m0')]) link(peer);
    feed({ type: 'peer-seen', peer: id('m1') });
    ledger.isHere = true;
    const [timer] = feed({ type: 'members-changed' });
    expect(timer).toMatchObject({ type: 'schedule-timer', timer: 'redial' });
    // A ledger of ten thousand admissions is one look, not ten thousand.
    expect(feed({ type: 'members-changed' })).toEqual([]);
    pass(200);
    expect(dialled(feed({ type: 'timer-fired', timer: 'redial' }))).toEqual(['m1']);
    link(id('m1'), true);
    expect([linked('m').length, linked('sybil').length]).toEqual([2, 5]);
  });

  test('attack: strangers are sent no walks and no shuffles, which they would swallow', () => {
    const { hear, link, feed } = setUp();
    for (const peer of [...many('sybil', 2), ...many('m', 3)]) link(peer);
    const messages = [
      ...hear(id('m0'), { type: 'forward-join', node: id('new'), hopsLeft: 5 }),
      ...hear(id('m1'), { type: 'shuffle', path: [id('m1')], nodes: [] }),
      ...feed({ type: 'timer-fired', timer: 'shuffle' }),
    ].filter((effect) => effect.type === 'send-message');
    expect(messages.length).toBeGreaterThanOrEqual(3);
    for (const { to } of messages) expect(to).toMatch(/^m/);
  });

  test('attack: strangers named without end push no member out of the passive view (M10)', () => {
    let state = 9;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const view = createPassiveView(id('self'), (node) => node.startsWith('m'), DEFAULT_HYPARVIEW_CONFIG);
    const ways = [{ type: 'introduced' }, { type: 'linked' }] as const;
    for (const heard of ways) for (const peer of many(`m-${heard.type}`, 6)) view.learn(peer, heard, random);
    for (let at = 0; at < 500; at++)
      for (const heard of [...ways, { type: 'named', by: id(`by${at % 9}`), near: false } as const])
        view.learn(id(`sybil-${heard.type}${at}`), heard, random);
    for (const heard of ways)
      for (const peer of many(`m-${heard.type}`, 6)) expect(view.has(peer)).toBe(true);
    expect(view.size()).toBeLessThanOrEqual(30);
  });
});
