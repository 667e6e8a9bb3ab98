import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryLedgerStore } from '../adapters/memory/ledger-store.ts';
import { NO_DATA } from '../adapters/memory/no-data.ts';
import { createMemoryRecordStore } from '../adapters/memory/record-store.ts';
import type { FileHash, InfoHash, ReleaseId } from '../core/wire/encoding/ids.ts';
import { releaseBody, releasePath } from '../core/wire/entry/release.ts';
import { until } from '../ports/acceptance/acceptance-case.ts';
import type { Identity } from '../ports/keys.ts';
import type { ReleaseFrame } from '../ports/release-frame.ts';
import type { TorrentEvent } from '../ports/torrents.ts';
import { type NodeRuntime, startNode } from './node-runtime.ts';
import { admitDevice, startRollout } from './operator/actions.ts';
import { carry, createPeople, type People } from './operator/testing/people.ts';
import type { RuntimePorts } from './runtime-ports.ts';

let people: People;
let opened: NodeRuntime[];

beforeEach(async () => {
  people = await createPeople();
  opened = [];
});
afterEach(async () => {
  for (const runtime of opened) await runtime.close();
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
  /** Versions that its frame was told to run, oldest first. */
  readonly ran: readonly string[];
}

/** Starts a device whose releases all say at once that they are well. */
async function startTill(ports: RuntimePorts, identity: Identity): Promise<Till> {
  const ran: string[] = [];
  const frame: ReleaseFrame = {
    run: ({ context }, onEvent) => {
      ran.push(context.release.version);
      onEvent({ type: 'release-loaded' });
      onEvent({ type: 'release-healthy' });
      onEvent({ type: 'release-beat' });
    },
    update: () => {},
    data: NO_DATA,
    stop: () => {},
    close: () => {},
  };
  const runtime = await startNode(
    { ...ports, torrents: instantTorrents },
    { fleet: people.fleet, identity, signalingUrls: [], watchedSites: [], frame },
  );
  opened.push(runtime);
  return { runtime, ran };
}

async function rollOut(counter: number): Promise<ReleaseId> {
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
      files: [{ path: 'index.html', hash: people.fleet as string as FileHash, sizeBytes: 10 }],
      health: { type: 'call', withinMs: 1_000 },
      infoHash: String(counter).repeat(40) as InfoHash,
      metainfo: new Uint8Array(8),
    }),
  });
  await startRollout(ada, { release, select: {} });
  return release;
}

const runs = (till: Till, counter: number) =>
  until(
    () =>
      till.runtime.node.device()?.update.stage === 'committed' &&
      till.runtime.node.device()?.running?.counter === counter,
    `committing ${counter}`,
  );

/** Starts a till with these stores, has it run releases 1 and 2, and ends it once its mark is kept. */
async function tillThatRan(identity: Identity, ports: RuntimePorts): Promise<void> {
  await admitDevice(people.ada, { device: identity.id, name: 'till', site: 'Harbour', labels: {} });
  const till = await startTill(ports, identity);
  for (const counter of [1, 2]) {
    await rollOut(counter);
    await carry(people.ada, till.runtime);
    await runs(till, counter);
  }
  const marked = () => ports.places[0]!.get(`mark/${people.fleet}`);
  const entries = people.ada.node.ledger.size();
  const before = await marked();
  // The ledger's height is kept a little after it rose.
  await expect.poll(marked, { timeout: 10_000 }).not.toBe(before);
  expect(till.runtime.node.ledger.size()).toBe(entries);
  await till.runtime.close();
}

describe('a device whose ledger is gone at its next start', () => {
  test('runs what it ran, says what it lost, and is whole again when a neighbour has sent it (K3)', async () => {
    const ports = people.ports();
    const identity = await people.keys.fromSeed(new Uint8Array(32).fill(7));
    await tillThatRan(identity, ports);

    const till = await startTill({ ...ports, ledgerStore: createMemoryLedgerStore() }, identity);
    await until(() => till.ran.includes('2.0'), 'running what it ran');
    expect(till.runtime.node.shortfall()?.entries).toBe(people.ada.node.ledger.size());

    await carry(people.ada, till.runtime);
    expect(till.runtime.node.shortfall()).toBeUndefined();
    expect(till.runtime.node.device()).toMatchObject({
      update: { stage: 'committed' },
      running: { counter: 2 },
    });
    // Once more since its admission is back: with that it is granted what every release has (C7, E3).
    expect(till.ran).toEqual(['2.0', '2.0']);
  });
});

describe('a device that lost its record and its key too', () => {
  test('refuses what is below the floors that it once had, and takes what set them (K2, D3)', async () => {
    const ports = people.ports();
    await tillThatRan(await people.keys.fromSeed(new Uint8Array(32).fill(7)), ports);
    const old = people.ada.node.ledger.entries().slice(0, -2);
    expect(people.ada.node.view().releases.size).toBe(2);

    const identity = await people.keys.fromSeed(new Uint8Array(32).fill(8));
    const admission = await admitDevice(people.ada, {
      device: identity.id,
      name: 'till',
      site: 'Harbour',
      labels: {},
    });
    const till = await startTill(
      { ...ports, records: createMemoryRecordStore(), ledgerStore: createMemoryLedgerStore() },
      identity,
    );
    for (const id of [...old.map((entry) => entry.id), admission])
      await till.runtime.submit(people.ada.node.ledger.envelope(id)!);
    expect(till.runtime.node.device()).toMatchObject({
      update: { stage: 'refused', reason: expect.stringContaining('already run 2') },
    });
    expect(till.ran).toEqual([]);

    await carry(people.ada, till.runtime);
    await runs(till, 2);
    expect(till.ran).toEqual(['2.0']);
  });
});
