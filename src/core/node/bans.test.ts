import { describe, expect, test } from 'vitest';
import { keyOf } from '../ledger/testing/entry-writer.ts';
import type { Instant, MonotonicMs, WallMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import { decodeKeptBans, encodeKeptBans, type KeptBans, MAX_BANS, NO_BANS } from '../wire/kept/kept-bans.ts';
import { createMisbehaviour, DEFAULT_MISBEHAVIOUR_CONFIG, type MisbehaviourEffect } from './misbehaviour.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const YEARS_MS = 20 * 365 * 24 * HOUR_MS;
const MALLORY = keyOf('mallory');
/** Strikes that ban (M7). */
const STRIKES = 8;

/** The sanctions of one run of a node, begun at a time of the wall clock; the test fires its timer when it is due. */
function aNode(kept: KeptBans = NO_BANS, startMs: WallMs = 0, config = DEFAULT_MISBEHAVIOUR_CONFIG) {
  const misbehaviour = createMisbehaviour(config);
  let nowMs: MonotonicMs = 0;
  let wallStartMs = startMs;
  const now = (): Instant => ({ monotonicMs: nowMs, wallMs: wallStartMs + nowMs });
  let timerAtMs: number | undefined;
  let onDisk = kept;
  const told: MisbehaviourEffect[] = [];
  const perform = (effects: readonly MisbehaviourEffect[]) => {
    told.push(...effects);
    for (const effect of effects) {
      if (effect.type === 'schedule-timer') timerAtMs = nowMs + effect.delayMs;
      if (effect.type === 'keep-bans') onDisk = decodeKeptBans(encodeKeptBans(effect.kept));
    }
  };
  perform(misbehaviour.restore(kept, now()));
  return {
    strike: (peer: NodeId, times: number, reason = 'a bad frame') => {
      for (let count = 0; count < times; count++) perform(misbehaviour.onRefused(peer, reason, peer, now()));
    },
    lift: (peer: NodeId) => perform(misbehaviour.lift(peer, now())),
    /** Lets that time pass, and fires what is due meanwhile. */
    pass: (durationMs: number) => {
      const endMs = nowMs + durationMs;
      while (timerAtMs !== undefined && timerAtMs <= endMs) {
        nowMs = timerAtMs;
        timerAtMs = undefined;
        perform(misbehaviour.handleTimer(now()));
      }
      nowMs = endMs;
    },
    bans: () => misbehaviour.inForce(now()),
    /** Somebody sets the wall clock, by that much. */
    setWallClock: (byMs: number) => {
      wallStartMs += byMs;
    },
    isBanned: misbehaviour.isBanned,
    /** What another start of this node finds. */
    onDisk: () => onDisk,
    /** Nodes of the effects of that type so far, in order. */
    told: (type: 'peer-banned' | 'ban-ended') =>
      told.flatMap((effect) => (effect.type === type ? [effect.peer] : [])),
    reports: () => told.filter(({ type }) => type === 'report').length,
  };
}

const strangers = (count: number) => Array.from({ length: count }, (_, index) => keyOf(`stranger ${index}`));

describe('strikes (M7)', () => {
  test('eight within ten minutes ban, and those of longer ago are forgiven', () => {
    const node = aNode();
    node.strike(MALLORY, STRIKES - 1);
    node.pass(10 * 60_000);
    node.strike(MALLORY, STRIKES - 1);
    expect(node.isBanned(MALLORY)).toBe(false);
    node.strike(MALLORY, 1);
    expect(node.told('peer-banned')).toEqual([MALLORY]);
  });

  test('what was on its way when the ban came adds nothing: no report, no longer ban', () => {
    const node = aNode();
    node.strike(MALLORY, STRIKES + 1_000);
    expect(node.reports()).toBe(STRIKES);
    expect(node.bans()).toMatchObject([{ peer: MALLORY, times: 1, untilMs: HOUR_MS }]);
  });

  test('attack: strikes of keys without number push the first ones out, and are counted for 1,024', () => {
    const node = aNode();
    node.strike(MALLORY, STRIKES - 1);
    for (const peer of strangers(1_024)) node.strike(peer, 1);
    node.strike(MALLORY, 1);
    expect(node.isBanned(MALLORY)).toBe(false);
  });
});

test('strikes and bans are as the node is set: how many, how long, and when they are forgotten', () => {
  const MINUTE_MS = 60_000;
  const node = aNode(NO_BANS, 0, {
    strikes: { ban: 2, forgivenMs: MINUTE_MS },
    bans: { firstMs: MINUTE_MS, longestMs: 3 * MINUTE_MS, forgottenMs: 10 * MINUTE_MS },
  });
  const lengthsMs = [];
  for (let times = 0; times < 3; times++) {
    node.strike(MALLORY, 1);
    node.pass(MINUTE_MS);
    node.strike(MALLORY, 1);
    expect(node.isBanned(MALLORY)).toBe(false);
    node.strike(MALLORY, 1);
    const [ban] = node.bans();
    lengthsMs.push(ban!.untilMs - ban!.bannedAtMs);
    node.pass(lengthsMs.at(-1)!);
  }
  expect(lengthsMs).toEqual([MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS]);
  node.pass(10 * MINUTE_MS);
  node.strike(keyOf('another'), 2);
  node.pass(MINUTE_MS);
  node.strike(MALLORY, 2);
  expect(node.bans()).toMatchObject([{ peer: MALLORY, times: 1 }]);
});

describe('a ban (M12)', () => {
  test('lasts an hour, the next of the same node twice as long each, and none longer than a week', () => {
    const node = aNode();
    const lengthsMs = [];
    for (let times = 0; times < 10; times++) {
      node.strike(MALLORY, STRIKES);
      const [ban] = node.bans();
      lengthsMs.push(ban!.untilMs - ban!.bannedAtMs);
      node.pass(lengthsMs.at(-1)! - 1);
      expect(node.isBanned(MALLORY)).toBe(true);
      node.pass(1);
      expect(node.isBanned(MALLORY)).toBe(false);
    }
    expect(lengthsMs.map((lengthMs) => lengthMs / HOUR_MS)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 168, 168]);
    expect(node.told('ban-ended')).toHaveLength(10);
  });

  test('of a node that kept quiet for a week afterwards is the first again', () => {
    const node = aNode();
    node.strike(MALLORY, STRIKES);
    node.pass(HOUR_MS + WEEK_MS);
    node.strike(keyOf('another'), STRIKES);
    node.pass(HOUR_MS);
    node.strike(MALLORY, STRIKES);
    expect(node.bans()).toMatchObject([{ peer: MALLORY, times: 1 }]);
  });

  test('is there after a restart, with its reason, and its end is too', () => {
    const node = aNode();
    node.strike(MALLORY, STRIKES, 'a message of a type that is not known here');
    node.pass(1_000);
    const again = aNode(node.onDisk(), 30 * 60_000);
    expect(again.told('peer-banned')).toEqual([MALLORY]);
    expect(again.bans()).toEqual([
      {
        peer: MALLORY,
        reason: 'a message of a type that is not known here',
        bannedAtMs: 0,
        untilMs: HOUR_MS,
        times: 1,
      },
    ]);
    again.pass(30 * 60_000);
    expect(again.told('ban-ended')).toEqual([MALLORY]);
    expect(aNode(again.onDisk(), HOUR_MS + 1).told('peer-banned')).toEqual([]);
  });

  test('that a person lifts stays lifted after a restart, and the next one is the first', () => {
    const node = aNode();
    node.strike(MALLORY, STRIKES);
    node.pass(1_000);
    const before = node.onDisk();
    node.lift(MALLORY);
    expect(node.told('ban-ended')).toEqual([MALLORY]);
    expect(node.onDisk().bans).toEqual([]);
    // Of several places the newer list counts.
    expect(node.onDisk().revision).toBeGreaterThan(before.revision);
    node.strike(MALLORY, STRIKES);
    expect(node.bans()).toMatchObject([{ times: 1 }]);
  });

  test.each([
    ['back', -YEARS_MS],
    ['ahead', YEARS_MS],
  ])(
    'lasts as long though the wall clock is set %s by years meanwhile, and people read its end by the new one',
    (_, byMs) => {
      const node = aNode(NO_BANS, 2 * YEARS_MS);
      node.strike(MALLORY, STRIKES);
      node.pass(HOUR_MS / 2);
      node.setWallClock(byMs);
      expect(node.bans()).toMatchObject([{ untilMs: 2 * YEARS_MS + byMs + HOUR_MS }]);
      node.pass(HOUR_MS / 2 - 1);
      expect(node.isBanned(MALLORY)).toBe(true);
      node.pass(1);
      expect(node.told('ban-ended')).toEqual([MALLORY]);
    },
  );

  test('that was kept by a clock which was set since ends when the clock of its last change says so', () => {
    const node = aNode(NO_BANS, 2 * YEARS_MS);
    node.strike(MALLORY, STRIKES);
    node.setWallClock(-YEARS_MS);
    node.pass(HOUR_MS / 2);
    const again = aNode(node.onDisk(), YEARS_MS + HOUR_MS / 2);
    again.pass(HOUR_MS / 2 - 1);
    expect(again.isBanned(MALLORY)).toBe(true);
    again.pass(1);
    expect(again.isBanned(MALLORY)).toBe(false);
  });

  test('lasts its own time at most, from the start on, though the wall clock was set back by years while the node was off', () => {
    const node = aNode(NO_BANS, YEARS_MS);
    node.strike(MALLORY, STRIKES);
    node.pass(1_000);
    const again = aNode(node.onDisk(), 0);
    expect(again.bans()).toMatchObject([{ untilMs: HOUR_MS }]);
    again.pass(HOUR_MS - 1);
    expect(again.isBanned(MALLORY)).toBe(true);
    again.pass(1);
    expect(again.isBanned(MALLORY)).toBe(false);
  });

  test('attack: bad nodes without number push out bans that ended, then the oldest, and no more is kept', () => {
    const node = aNode();
    const [ended, oldest, ...others] = strangers(MAX_BANS + 1);
    node.strike(ended!, STRIKES);
    node.pass(HOUR_MS);
    node.strike(oldest!, STRIKES);
    for (const peer of others) node.strike(peer, STRIKES);
    expect(node.isBanned(oldest!)).toBe(true);
    node.strike(MALLORY, STRIKES);
    expect(node.told('ban-ended')).toEqual([ended, oldest]);
    expect(node.bans()).toHaveLength(MAX_BANS);
    node.pass(1_000);
    expect(node.onDisk().bans).toHaveLength(MAX_BANS);
  });

  test('attack: in force is not pushed out by newer ones while there are any that ended', () => {
    const node = aNode();
    const others = strangers(MAX_BANS);
    node.strike(MALLORY, STRIKES);
    node.pass(HOUR_MS + 1_000);
    // Its second one holds two hours, and is older than theirs, which hold one.
    node.strike(MALLORY, STRIKES);
    for (const peer of others.slice(0, MAX_BANS - 1)) node.strike(peer, STRIKES);
    node.pass(HOUR_MS + 1_000);
    expect(node.bans().map(({ peer }) => peer)).toEqual([MALLORY]);
    node.strike(others.at(-1)!, STRIKES);
    expect(node.isBanned(MALLORY)).toBe(true);
    expect(node.bans()).toHaveLength(2);
  });

  test('attack: a reason that quotes what no text holds is kept as words (W3)', () => {
    const node = aNode();
    node.strike(MALLORY, STRIKES, `${'x'.repeat(159)}😀\n`);
    node.strike(keyOf('another'), STRIKES, '\u0000');
    node.pass(1_000);
    expect(node.onDisk().bans.map(({ reason }) => reason)).toEqual([
      'x'.repeat(159),
      'it sent what had to be refused',
    ]);
  });
});
