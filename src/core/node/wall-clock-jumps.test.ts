import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceInput } from '../device/input.ts';
import { FRESH_DEVICE } from '../device/state.ts';
import { grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { twoQuorumFleet } from '../ledger/testing/two-quorum-fleet.ts';
import type { Instant, MonotonicMs, WallMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import { LEASE_MS, type OwnContent, type Statement } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';
import type { NodeInput, NodeTimer, StoredStatement } from './input.ts';
import { createNode } from './node.ts';

const TILL = keyOf('till');
const BAR = keyOf('bar');
const LIGHTHOUSE = keyOf('lighthouse');
const MALLORY = keyOf('mallory');
const HOUR_MS = 3_600_000;
const BEACON_MS = 60_000;
const START_MS: WallMs = 1_790_000_000_000;

/** Two devices of one site, the second release rolled out to both, and somebody who says beacons. */
function aFleet() {
  const { writer, op, rel, publish, rollOut } = twoQuorumFleet();
  writer.write({ by: 'root', action: 'grant', body: grantTo(['lighthouse'], { roles: ['beacon'] }) });
  for (const device of [TILL, BAR])
    writer.write({
      by: 'op',
      action: 'admit',
      path: admissionPath(device),
      grant: op,
      knowing: [op],
      body: admissionBody({ device, name: device.slice(0, 8), site: 'Harbour', labels: {} }),
    });
  const release = publish(1, { knowing: [rel] });
  rollOut(release, { knowing: [op] });
  return { writer, release };
}

const FLEET = aFleet();
const STORED = FLEET.writer.written.map(({ entry }) => FLEET.writer.received(entry));

const leaseContent: OwnContent = {
  type: 'lease',
  validMs: LEASE_MS,
  stage: undefined,
  running: undefined,
  target: undefined,
  bytesHere: undefined,
  links: [],
  freshness: 'fresh',
};
const beaconContent: OwnContent = {
  type: 'beacon',
  frontier: [FLEET.writer.genesis.id],
  rootVersion: 1,
  intervalMs: BEACON_MS,
};

const statementOf = (author: NodeId, sequence: number, content: OwnContent): Statement => ({
  fleet: FLEET.writer.genesis.id,
  author,
  session: 1,
  sequence,
  timeMs: 5,
  content,
});

/** A device with both clocks in the test's hands. Its timers fire when the time passes in which they fall due. */
function aTill(heard: readonly StoredStatement[] = [], wallAtStartMs: WallMs = START_MS) {
  const node = createNode({
    self: TILL,
    fleet: FLEET.writer.genesis.id,
    device: FRESH_DEVICE,
    mark: EMPTY_MARK,
  });
  const timers = new Map<NodeTimer, MonotonicMs>();
  const course: unknown[] = [];
  let monotonicMs: MonotonicMs = 77;
  let wallOffMs = wallAtStartMs - monotonicMs;
  let said = 0;
  let heardOf = 1;
  const now = (): Instant => ({ monotonicMs, wallMs: monotonicMs + wallOffMs });

  const tell = (input: NodeInput): void => {
    for (const effect of node.handle(input, now(), () => 0.5)) {
      course.push(withoutWallTimes(effect));
      if (effect.type === 'schedule-timer') timers.set(effect.timer, monotonicMs + effect.delayMs);
      if (effect.type === 'cancel-timer') timers.delete(effect.timer);
      if (effect.type === 'sign-statement') {
        const statement = { ...statementOf(TILL, said++, effect.content), timeMs: now().wallMs };
        tell({ type: 'statement-received', statement, bytes: new Uint8Array(1), source: { type: 'own' } });
      }
    }
  };
  const hear = (author: NodeId, content: OwnContent) =>
    tell({
      type: 'statement-received',
      statement: statementOf(author, heardOf++, content),
      bytes: new Uint8Array(1),
      source: { type: 'pushed', from: BAR, hops: 0 },
    });
  const pass = (ms: number) => {
    const endMs = monotonicMs + ms;
    for (;;) {
      const [due] = [...timers].sort(([, a], [, b]) => a - b);
      if (due === undefined || due[1] > endMs) break;
      monotonicMs = Math.max(monotonicMs, due[1]);
      timers.delete(due[0]);
      tell({ type: 'timer-fired', timer: due[0] });
    }
    monotonicMs = endMs;
  };
  const isPresent = (author: NodeId) =>
    node.book
      .current(now().monotonicMs)
      .some(({ statement }) => statement.author === author && statement.content.type === 'lease');

  tell({ type: 'node-started', stored: STORED, heard, marks: [] });
  return {
    tell,
    hear,
    pass,
    isPresent,
    setWallClock: (byMs: number) => {
      wallOffMs += byMs;
    },
    ofDevice: (input: 'bundle-complete' | 'release-loaded' | 'release-healthy' | 'release-beat') =>
      tell({
        type: 'device-input',
        input: (input === 'bundle-complete'
          ? { type: input, release: FLEET.release.id }
          : { type: input, run: 1 }) as Extract<NodeInput, { type: 'device-input' }>['input'] & DeviceInput,
      }),
    strike: () => tell({ type: 'peer-misbehaved', peer: MALLORY, reason: 'a bad frame', subject: 'frame' }),
    freshness: () =>
      (course.findLast((effect) => isLease(effect)) as { content: { freshness: string } }).content.freshness,
    /** All that it did, and what it holds to be so. */
    picture: () => ({
      course,
      device: node.device(),
      present: [TILL, BAR].filter(isPresent),
      banned: node.bans.inForce(now()).map(({ peer, times }) => ({ peer, times })),
    }),
  };
}

function isLease(effect: unknown): boolean {
  const { type, content } = effect as { type: string; content?: { type: string } };
  return type === 'sign-statement' && content?.type === 'lease';
}

/** What is noted of the wall clock for people, and for the next start, goes with it. */
function withoutWallTimes(effect: NodeEffect): unknown {
  if (effect.type === 'keep-bans')
    return { type: effect.type, bans: effect.kept.bans.map(({ peer, times }) => ({ peer, times })) };
  if (effect.type !== 'report' || effect.event.type !== 'statement-heard') return effect;
  const { statement, heardAt } = effect.event.heard;
  return { author: statement.author, content: statement.content, heardAtMs: heardAt.monotonicMs };
}

type Till = ReturnType<typeof aTill>;

const jump = fc.integer({ min: -30 * 24, max: 30 * 24 }).map((hours) => hours * HOUR_MS);
/** What may come next; `setting`: somebody sets the wall clock, which only one of the two does. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 45_000 }).map((ms) => ({ type: 'pass', ms }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'pass', ms: HOUR_MS } as const) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...(['lease', 'beacon', 'strike', 'link-up', 'link-down'] as const).map((type) => ({ type }) as const),
      ...(['bundle-complete', 'release-loaded', 'release-healthy', 'release-beat'] as const).map(
        (input) => ({ type: 'device', input }) as const,
      ),
    ),
  },
  { weight: 3, arbitrary: jump.map((byMs) => ({ type: 'setting', byMs }) as const) },
);

function play(
  till: Till,
  happenings: readonly (typeof happening extends fc.Arbitrary<infer One> ? One : never)[],
  isSet: boolean,
) {
  for (const one of happenings)
    switch (one.type) {
      case 'pass':
        till.pass(one.ms);
        break;
      case 'lease':
        till.hear(BAR, leaseContent);
        break;
      case 'beacon':
        till.hear(LIGHTHOUSE, beaconContent);
        break;
      case 'strike':
        for (let count = 0; count < 4; count++) till.strike();
        break;
      case 'link-up':
        till.tell({ type: 'link-up', peer: BAR, dialled: true, features: [] });
        break;
      case 'link-down':
        till.tell({ type: 'link-down', peer: BAR, reason: 'gone' });
        break;
      case 'device':
        till.ofDevice(one.input);
        break;
      case 'setting':
        if (isSet) till.setWallClock(one.byMs);
    }
  return till.picture();
}

describe('the wall clock of a node is set while it runs (T1)', () => {
  test('and everything goes as if it had not been: presence, the update, bans, every message and timer', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 10, maxLength: 60 }), (happenings) => {
        expect(play(aTill(), happenings, true)).toEqual(play(aTill(), happenings, false));
      }),
      { seed: 11, numRuns: 25 },
    );
  });

  test.each([
    ['back', -HOUR_MS],
    ['ahead', HOUR_MS],
  ])(
    '%s: who went is absent after its lease and no sooner, and a trial ends when its time is up',
    (_, byMs) => {
      const till = aTill();
      till.ofDevice('bundle-complete');
      expect(till.picture().device?.update.stage).toBe('probation');
      till.hear(BAR, leaseContent);
      till.setWallClock(byMs);
      till.pass(LEASE_MS - 1);
      expect(till.isPresent(BAR)).toBe(true);
      till.pass(1);
      expect(till.isPresent(BAR)).toBe(false);
      till.pass(2 * 60_000);
      expect(till.picture().device?.update.stage).toBe('rolled-back');
    },
  );
});

describe('what was heard before a restart (T2)', () => {
  const heardAt = (heardAtMs: WallMs, author: NodeId, content: OwnContent): StoredStatement => ({
    statement: statementOf(author, 0, content),
    bytes: new Uint8Array(1),
    heardAtMs,
  });

  test('holds for what is left of its time by the wall clock', () => {
    const till = aTill([heardAt(START_MS - 10_000, BAR, leaseContent)]);
    till.pass(LEASE_MS - 10_001);
    expect(till.isPresent(BAR)).toBe(true);
    till.pass(1);
    expect(till.isPresent(BAR)).toBe(false);
  });

  test('is over where the wall clock was set ahead meanwhile', () => {
    const till = aTill([heardAt(START_MS - HOUR_MS, BAR, leaseContent)]);
    expect(till.isPresent(BAR)).toBe(false);
  });

  test('is over where the wall clock was set back meanwhile: nobody knows how long ago it was', () => {
    const till = aTill([heardAt(START_MS + HOUR_MS, BAR, leaseContent)]);
    expect(till.isPresent(BAR)).toBe(false);
    till.hear(BAR, leaseContent);
    expect(till.isPresent(BAR)).toBe(true);
  });

  test('attack: a clock set back before each start keeps no old beacon fresh (freeze, TUF 1.5.3)', () => {
    const till = aTill([heardAt(START_MS + HOUR_MS, LIGHTHOUSE, beaconContent)]);
    expect(till.freshness()).toBe('stale');
    till.hear(LIGHTHOUSE, beaconContent);
    till.pass(15_000);
    expect(till.freshness()).toBe('fresh');
  });
});
