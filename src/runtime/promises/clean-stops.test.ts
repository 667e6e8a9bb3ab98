import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InfoHash, idFromBytes, type ReleaseId } from '../../core/wire/encoding/ids.ts';
import { releaseBody, releasePath } from '../../core/wire/entry/release.ts';
import { until } from '../../ports/acceptance/acceptance-case.ts';
import type { Identity } from '../../ports/keys.ts';
import type { ReleaseFrame } from '../../ports/release-frame.ts';
import type { TorrentEvent } from '../../ports/torrents.ts';
import { type NodeRuntime, startNode } from '../node-runtime.ts';
import { admitDevice, setConfig, startRollout } from '../operator/actions.ts';
import { carry, createPeople, type People } from '../operator/testing/people.ts';
import type { RuntimePorts } from '../runtime-ports.ts';
import { createMachine, type Machine } from './testing/machine.ts';

const URL = 'wss://one.test';
/** Events of the node after which it stops: from none to about as many as it has in the whole course. */
const MOMENTS = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89];

let people: People;
let desk: NodeRuntime;
let identity: Identity;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  people = await createPeople();
  closing = [];
  desk = await startNode(people.ports(), {
    fleet: people.fleet,
    identity: await people.keys.fromSeed(new Uint8Array(32).fill(41)),
    signalingUrls: [URL],
    watchedSites: 'all',
    frame: undefined,
  });
  closing.push(desk.close);
  identity = await people.keys.fromSeed(new Uint8Array(32).fill(42));
  await admitDevice(people.ada, { device: identity.id, name: 'till', site: 'Harbour', labels: {} });
  await carry(people.ada, desk);
});
afterEach(async () => {
  for (const close of closing) await close();
  await people.close();
});

/** A torrent engine that has every bundle at once. */
const instantTorrents = (onEvent: (event: TorrentEvent) => void) => ({
  create: () => Promise.reject(new Error('a device makes no torrents')),
  metainfoBytes: () => 0,
  hold: ({ infoHash }: { readonly infoHash: InfoHash }) =>
    onEvent({ type: 'bundle-complete', infoHash, bytesFrom: new Map(), bytesKept: 0 }),
  drop: async () => {},
  held: () => [],
  attach: () => {},
  close: async () => {},
});

interface Till {
  readonly runtime: NodeRuntime;
  readonly machine: Machine;
  /** What is on its screen. */
  shown(): string | undefined;
}

async function startTill(ports: RuntimePorts): Promise<Till> {
  const machine = createMachine(ports);
  let shown: string | undefined;
  const frame: ReleaseFrame = {
    run: ({ context }, onEvent) => {
      shown = context.release.version;
      for (const type of ['release-loaded', 'release-healthy', 'release-beat'] as const) onEvent({ type });
    },
    update: () => {},
    stop: () => {
      shown = undefined;
    },
    close: () => {
      shown = undefined;
    },
  };
  const runtime = await startNode(
    { ...machine.ports, torrents: instantTorrents },
    { fleet: people.fleet, identity, signalingUrls: [URL], watchedSites: [], frame },
  );
  return { runtime, machine, shown: () => shown };
}

/** Ada publishes and rolls out; the desk hears of it, and passes it on. */
async function rollOut(counter: number): Promise<void> {
  const { ada } = people;
  const release = await ada.write({
    action: 'create',
    path: releasePath('menu', counter),
    parents: [...ada.node.view().releases.keys()],
    grant: ada.node.view().grants.find(({ body }) => body.name === 'Ada')?.entry.id,
    body: releaseBody({
      product: 'menu',
      version: `${counter}.0`,
      counter,
      files: [{ path: 'index.html', hash: idFromBytes(new Uint8Array(32).fill(3)), sizeBytes: 10 }],
      health: { type: 'call', withinMs: 1_000 },
      infoHash: String(counter).repeat(40) as InfoHash,
      metainfo: new Uint8Array(8),
    }),
  });
  await startRollout(ada, { release: release as ReleaseId, select: {} });
  await setConfig(ada, { scope: { type: 'fleet' }, key: 'volume', value: counter });
  await carry(ada, desk);
}

/** Resolves when the node has told of so many events more; at once for none. */
function eventsOf({ runtime }: Till, count: number, then: () => void): void {
  let left = count;
  if (left === 0) {
    then();
    return;
  }
  const stop = runtime.subscribe(() => {
    if (--left > 0) return;
    stop();
    then();
  });
}

const runs = (till: Till, counter: number) =>
  until(
    () => till.shown() === `${counter}.0` && till.runtime.node.device()?.update.stage === 'committed',
    `running ${counter}`,
  );

/** A started till comes to whatever is wished now, links, and its words count at the desk. */
async function worksAgain(till: Till, counter: number): Promise<void> {
  await runs(till, counter);
  await until(() => till.runtime.node.links.has(desk.identity.id), 'a link');
  await until(() => till.runtime.node.ledger.size() === desk.node.ledger.size(), 'the whole ledger');
  await until(() => {
    const heard = desk.node.book.newest(identity.id, 'receipt')?.statement.content;
    return heard?.type === 'receipt' && heard.stage === 'committed';
  }, 'its receipt');
}

describe('a device that is closed at any moment of an update', () => {
  test.each(MOMENTS)(
    'leaves no timer, writes nothing more, and goes on at its next start: after %i events',
    async (moment) => {
      const ports = people.ports();
      await rollOut(1);
      const first = await startTill(ports);
      await runs(first, 1);
      const closed = new Promise<void>((resolve, reject) =>
        eventsOf(first, moment, () => void first.runtime.close().then(resolve, reject)),
      );
      await rollOut(2);
      // What has fewer events than that is done: it is closed when it is.
      await Promise.race([closed, runs(first, 2).catch(() => {})]);
      await first.runtime.close();
      expect(first.machine.timers()).toBe(0);
      const writes = first.machine.writes();
      await until(() => !desk.node.links.has(identity.id), 'the goodbye');
      expect(first.shown()).toBeUndefined();

      const second = await startTill(ports);
      closing.push(second.runtime.close);
      await worksAgain(second, 2);
      expect(first.machine.writes()).toBe(writes);
      expect(first.machine.timers()).toBe(0);
    },
  );
});

describe('a device that is closed by whoever hears of a rollout', () => {
  test('writes what came of it, and nothing once it is closed; who asks again waits as long', async () => {
    const ports = people.ports();
    await rollOut(1);
    const till = await startTill(ports);
    await runs(till, 1);
    const ends: string[] = [];
    let again: Promise<void> | undefined;
    till.runtime.subscribe((event) => {
      if (event.type !== 'entry-accepted' || till.runtime.node.view().rollouts.length < 2) return;
      if (again !== undefined) return;
      void till.runtime.close().then(() => ends.push('first'));
      again = till.runtime.close().then(() => void ends.push('again'));
    });
    await rollOut(2);
    await until(() => again !== undefined, 'the second rollout');
    await again;
    expect(ends).toEqual(['first', 'again']);
    const writes = till.machine.writes();
    await until(() => !desk.node.links.has(identity.id), 'the goodbye');
    expect(till.machine.writes()).toBe(writes);
    expect(await ports.records.get('device')).toMatchObject({ update: { stage: 'fetching' } });
  });
});

describe('a device whose power is cut at any moment of an update', () => {
  test.each(MOMENTS)(
    'runs what it ran or what it was to run, and goes on at its next start: after %i events',
    async (moment) => {
      const ports = people.ports();
      await rollOut(1);
      const first = await startTill(ports);
      closing.push(first.runtime.close);
      await runs(first, 1);
      eventsOf(first, moment, first.machine.cutPower);
      await rollOut(2);
      first.machine.cutPower();

      const second = await startTill(ports);
      closing.push(second.runtime.close);
      await until(() => ['1.0', '2.0'].includes(second.shown() ?? ''), 'something on the screen');
      await worksAgain(second, 2);
    },
  );
});
