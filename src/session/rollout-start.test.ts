import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileHash, type InfoHash, idFromBytes, type ReleaseId } from '../core/wire/encoding/ids.ts';
import { releaseBody } from '../core/wire/entry/release.ts';
import type { NodeRuntime } from '../runtime/node-runtime.ts';
import { revokeKey } from '../runtime/operator/authority-actions.ts';
import { writeRelease } from '../runtime/operator/publish.ts';
import { createPeople, type People } from '../runtime/operator/testing/people.ts';
import type { RuntimePorts } from '../runtime/runtime-ports.ts';
import type { PendingStart, StartRequest } from '../store/commands/rollouts.ts';
import { CommandRefused } from '../store/commands.ts';
import { createOperatorSession, type OperatorSession } from './operator-session.ts';

let people: People;
let session: OperatorSession;
let runtime: NodeRuntime;
let request: StartRequest;
let states: PendingStart[];
/** Counts that run, each called when it is over. */
let counts: Set<() => void>;
let asking: boolean;
let ports: RuntimePorts;

beforeEach(async () => {
  people = await createPeople();
  counts = new Set();
  states = [];
  asking = false;
  const all = people.ports();
  const self = await people.keys.fromSeed(new Uint8Array(32).fill(7));
  ports = {
    ...all,
    keys: { ...all.keys, identity: async () => self },
    clock: {
      ...all.clock,
      schedule: (delayMs, run) => {
        if (!asking) return all.clock.schedule(delayMs, run);
        counts.add(run);
        return () => void counts.delete(run);
      },
    },
  };
  session = createOperatorSession({
    ports,
    exchange: undefined as never,
    box: undefined as never,
    probe: undefined as never,
    hasher: undefined as never,
    nearby: async () => ({ type: 'not-offered' }),
    signaling: [],
    preset: 'lan',
    shellOrigin: 'https://shell',
    onPendingStart: (state) => states.push(state),
    onRuntime: (shown) => {
      if (shown !== undefined) runtime = shown.runtime;
    },
    forget: async () => {},
  });
  await session.commands.fleet.create({ fleetName: 'Harbour', personName: 'Ada' });
  const release: ReleaseId = await writeRelease(
    runtime,
    releaseBody({
      product: 'menu',
      version: '1.0.0',
      counter: 1,
      files: [{ path: 'index.html', hash: idFromBytes<FileHash>(new Uint8Array(32)), sizeBytes: 9 }],
      health: { type: 'call', withinMs: 10_000 },
      infoHash: '0'.repeat(40) as InfoHash,
      metainfo: new Uint8Array(8),
    }),
  );
  request = { steps: [{ release, select: {} }], title: 'menu 1.0.0', askedOn: '/rollouts/new' };
});
afterEach(async () => {
  await session.close();
  await people.close();
});

/** What is timed by this alone is the count: the node has timers of its own. */
const ask = () => {
  asking = true;
  const taken = session.commands.rollouts.askToStart(request);
  asking = false;
  return taken;
};
const rollouts = () => runtime.node.view().rollouts.length;
const state = () => states.at(-1)!;
const countIsOver = () => {
  for (const run of [...counts]) run();
};

describe('a rollout that is about to start', () => {
  test('is signed when the count is over, once, and its rollout is named', async () => {
    expect(ask()).toBe(true);
    expect(ask()).toBe(false);
    expect(rollouts()).toBe(0);
    countIsOver();
    await expect.poll(state).toMatchObject({ type: 'started', request });
    expect(rollouts()).toBe(1);
    expect(state()).toMatchObject({ rollout: runtime.node.view().rollouts[0]!.entry.id });
    session.commands.rollouts.forgetStart();
    expect(state()).toEqual({ type: 'idle' });
  });

  test('is signed at once where the person does not wait, and no count is left', async () => {
    ask();
    session.commands.rollouts.startNow();
    expect(counts.size).toBe(0);
    await expect.poll(state).toMatchObject({ type: 'started' });
    expect(rollouts()).toBe(1);
  });

  test('starts nothing when it is taken back', () => {
    ask();
    session.commands.rollouts.undoStart();
    expect(counts.size).toBe(0);
    expect(state()).toMatchObject({ type: 'undone' });
    expect(rollouts()).toBe(0);
  });

  test('starts nothing when the page closes during the count', async () => {
    ask();
    await session.close();
    expect(counts.size).toBe(0);
    expect(state()).toEqual({ type: 'idle' });
    expect(rollouts()).toBe(0);
  });

  test('starts nothing when the person leaves the fleet during the count', async () => {
    ask();
    const left = session.commands.fleet.leave();
    expect(counts.size).toBe(0);
    await left;
    expect(state()).toEqual({ type: 'idle' });
    expect(rollouts()).toBe(0);
  });

  test('is refused, with the reason, when the key may roll out no longer as the count ends', async () => {
    ask();
    await revokeKey(runtime, ports.keys, {
      key: runtime.identity.id,
      reason: 'lost',
      spare: { type: 'all-known' },
      signing: { type: 'as-root', signers: [runtime.identity.id] },
    });
    countIsOver();
    await expect.poll(state).toMatchObject({ type: 'refused', error: expect.any(CommandRefused) });
    expect(rollouts()).toBe(0);
  });
});
