import { expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import { DEFAULT_HYPARVIEW_CONFIG } from './hyparview-config.ts';
import { createPassiveView } from './passive-view.ts';

const id = (name: string) => name as NodeId;
let state = 7;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const named = (by: string, near = false) => ({ type: 'named', by: id(by), near }) as const;

test('attack: one neighbour that names nodes without end fills a few places (M10)', () => {
  const view = createPassiveView(id('self'), () => true, DEFAULT_HYPARVIEW_CONFIG);
  for (let at = 0; at < 1_000; at++) view.learn(id(`sybil${at}`), named('liar', at % 2 === 0), random);
  expect(view.size()).toBeLessThanOrEqual(6);
});

test('attack: all neighbours lie, and who was introduced or linked before stays (M10)', () => {
  const view = createPassiveView(id('self'), () => true, DEFAULT_HYPARVIEW_CONFIG);
  view.learn(id('old neighbour'), { type: 'linked' }, random);
  view.learn(id('introduced'), { type: 'introduced' }, random);
  for (let at = 0; at < 1_000; at++)
    view.learn(id(`sybil${at}`), named(`liar${at % 9}`, at % 2 === 0), random);
  expect(view.has(id('old neighbour')) && view.has(id('introduced'))).toBe(true);
  expect(view.size()).toBeLessThanOrEqual(30);
});

test('attack: a node that is named again and again is kept no likelier than one named once (M10)', () => {
  let loud = 0;
  const rounds = 400;
  for (let round = 0; round < rounds; round++) {
    const view = createPassiveView(id('self'), () => true, DEFAULT_HYPARVIEW_CONFIG);
    for (let at = 0; at < 80; at++) {
      view.learn(id(`quiet${round}-${at}`), named(`by${at % 10}`), random);
      view.learn(id(`loud${round}`), named(`by${at % 10}`), random);
    }
    if (view.has(id(`loud${round}`))) loud++;
  }
  // 8 places for 81 nodes: one in ten.
  expect(loud / rounds).toBeLessThan(0.2);
});

test('a node that was a neighbour is dialled on, one that was only named is forgotten', () => {
  const view = createPassiveView(id('self'), () => true, DEFAULT_HYPARVIEW_CONFIG);
  view.learn(id('linked'), { type: 'linked' }, random);
  view.learn(id('named'), named('p'), random);
  for (let fails = 0; fails < 6; fails++)
    for (const node of ['linked', 'named']) view.onDialFailed(id(node), 0, random);
  expect([view.has(id('linked')), view.has(id('named'))]).toEqual([true, false]);
});

test('candidates mix the ways in which nodes were heard of', () => {
  const view = createPassiveView(id('self'), () => true, DEFAULT_HYPARVIEW_CONFIG);
  for (let at = 0; at < 8; at++) {
    view.learn(id(`introduced${at}`), { type: 'introduced' }, random);
    view.learn(id(`far${at}`), named(`by${at}`), random);
  }
  const first = view.candidates(0, random).slice(0, 6);
  expect(first.filter((node) => node.startsWith('far'))).toHaveLength(3);
});
