import { expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import { createHyParView, type HyParViewInput } from './hyparview.ts';

const id = (name: string) => name as NodeId;
/** What a server names of a room (S3). */
const SAMPLE = 32;
/** Until an offer that nobody answers is given up, the relay included. */
const DEAD_DIAL_MS = 16_000;
const LINK_SETUP_MS = 500;

/** A newcomer, alone in virtual time, to a room of honest nodes and of silent ones that came last. */
function joinAmong(honest: number, silent: number, seed: number) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const room = [
    ...Array.from({ length: honest }, (_, at) => id(`honest${at}`)),
    ...Array.from({ length: silent }, (_, at) => id(`silent${at}`)),
  ];
  const sample = () =>
    Array.from(
      { length: SAMPLE },
      (_, part) => room[Math.floor(((part + random()) * room.length) / SAMPLE)]!,
    );
  const machine = createHyParView({ self: id('self'), siteOf: () => undefined, isMember: () => false });
  const due: { readonly atMs: number; readonly input: HyParViewInput }[] = [];
  const later = (nowMs: number, delayMs: number, input: HyParViewInput) =>
    due.push({ atMs: nowMs + delayMs, input });
  const dialsMs: number[] = [];
  later(0, 0, { type: 'peers-introduced', peers: sample() });
  for (;;) {
    due.sort((a, b) => a.atMs - b.atMs);
    const next = due.shift();
    if (next === undefined || next.atMs > 3_600_000) throw new Error(`seed ${seed}: no link within an hour`);
    if (next.input.type === 'link-up') return { linkedMs: next.atMs, dialsMs };
    for (const effect of machine.handle(next.input, next.atMs, random)) {
      if (effect.type === 'dial') {
        dialsMs.push(next.atMs);
        const { peer } = effect;
        if (peer.startsWith('honest'))
          later(next.atMs, LINK_SETUP_MS, { type: 'link-up', peer, dialled: true });
        else later(next.atMs, DEAD_DIAL_MS, { type: 'dial-failed', peer });
      } else if (effect.type === 'seek-peers')
        later(next.atMs, 100, { type: 'peers-introduced', peers: sample() });
      else if (effect.type === 'schedule-timer') {
        const { timer, delayMs } = effect;
        const before = due.findIndex(({ input }) => input.type === 'timer-fired' && input.timer === timer);
        if (before >= 0) due.splice(before, 1);
        later(next.atMs, delayMs, { type: 'timer-fired', timer });
      }
    }
  }
}

const SEEDS = Array.from({ length: 200 }, (_, at) => at + 1);

test('attack: 40 keys that never answer came to the room last; a newcomer finds one of 4 honest nodes in seconds (M16)', () => {
  const times = SEEDS.map((seed) => joinAmong(4, 40, seed).linkedMs).sort((a, b) => a - b);
  console.log(
    `seeds 1 to 200: linked after ${times[100]} ms (median), ${times[190]} ms (p95), ${times[199]} ms`,
  );
  expect(times[100]).toBeLessThan(6_000);
  expect(times[190]).toBeLessThan(16_000);
});

test('attack: one honest node among 200 such keys is found, though no answer names all of them (M16)', () => {
  for (const seed of SEEDS.slice(0, 20)) expect(joinAmong(1, 200, seed).linkedMs).toBeLessThan(1_800_000);
});

test('dials among them are 12 at once and then one a second, as everywhere (M11)', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const { linkedMs, dialsMs } = joinAmong(1, 200, seed);
    expect(dialsMs.length).toBeLessThanOrEqual(12 + linkedMs / 1_000);
  }
});

test('where the first dials are answered nobody else is dialled', () => {
  for (const seed of SEEDS) expect(joinAmong(40, 0, seed).dialsMs).toHaveLength(2);
});
