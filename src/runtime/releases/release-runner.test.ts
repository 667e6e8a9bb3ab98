import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryContentStore } from '../../adapters/memory/content-store.ts';
import type { FileHash, InfoHash, ReleaseId } from '../../core/wire/encoding/ids.ts';
import type { ReleaseManifest } from '../../core/wire/entry/release.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { ReleaseContext, RunnableRelease } from '../../ports/release-frame.ts';
import { admitDevice, setConfig } from '../operator/actions.ts';
import { createPeople, type People } from '../operator/testing/people.ts';
import { createReleaseRunner, type ReleaseRunner } from './release-runner.ts';

const MANIFEST: ReleaseManifest = {
  product: 'menu',
  version: '1.0',
  counter: 1,
  files: [{ path: 'index.html', hash: 'a'.repeat(43) as FileHash, sizeBytes: 10 }],
  health: { type: 'call', withinMs: 1_000 },
  infoHash: 'ab'.repeat(20) as InfoHash,
  metainfo: new Uint8Array(8),
};

let people: People;
let runner: ReleaseRunner;
/** How often the frame was given something to run. */
let runs: number;
/** What the running release was told after it started. */
let updates: ReleaseContext[];
/** What the frame was given to run. */
let given: RunnableRelease;
let content: ContentStore;
let damaged: ReleaseId[];

/** Ada's node is the device too. */
beforeEach(async () => {
  people = await createPeople();
  const { ada } = people;
  await admitDevice(ada, { device: ada.identity.id, name: 'till', site: 'Harbour', labels: {} });
  runs = 0;
  updates = [];
  damaged = [];
  content = createMemoryContentStore();
  runner = createReleaseRunner({
    node: ada.node,
    watch: ada.watch,
    manifestOf: () => MANIFEST,
    content,
    frame: {
      run: (release) => {
        runs++;
        given = release;
      },
      update: (context) => updates.push(context),
      stop: () => {},
      close: () => {},
    },
    onInput: () => {},
    onDamaged: (release) => damaged.push(release),
  });
});
afterEach(async () => {
  runner.close();
  await people.close();
});

const setVolume = (value: number) =>
  setConfig(people.ada, { scope: { type: 'fleet' }, key: 'volume', value });

describe('a running release (C4)', () => {
  beforeEach(() => runner.run('release' as ReleaseId, 1));

  test('is told of new config, and of its removal, without a restart', async () => {
    await setVolume(3);
    await setVolume(4);
    await setConfig(people.ada, { scope: { type: 'fleet' }, key: 'volume', value: undefined });
    expect(updates.map(({ config }) => config)).toEqual([{ volume: 3 }, { volume: 4 }, {}]);
  });

  test('is told what its device is called and labelled now', async () => {
    const { ada } = people;
    await admitDevice(ada, { device: ada.identity.id, name: 'bar', site: 'Pier', labels: { floor: '2' } });
    expect(updates.map(({ device }) => device)).toEqual([
      { name: 'bar', site: 'Pier', labels: { floor: '2' } },
    ]);
  });

  test('is told nothing of what does not concern it', async () => {
    await people.invite(people.ada, 'Ben');
    await admitDevice(people.ada, { device: people.fleet as never, name: 'other', site: 'Pier', labels: {} });
    expect(updates).toEqual([]);
  });

  test('is told nothing after it was stopped', async () => {
    await runner.stop();
    await setVolume(3);
    expect(updates).toEqual([]);
  });
});

describe('the files of a running release (A11)', () => {
  beforeEach(() => runner.run('release' as ReleaseId, 1));

  test('are those of its manifest, read part by part', async () => {
    const reads: unknown[] = [];
    content.readFile = async (...range) => {
      reads.push(range);
      return new Uint8Array(3);
    };
    expect([...given.files.sizes]).toEqual([['index.html', 10]]);
    expect(await given.files.read('index.html', 4, 7)).toHaveLength(3);
    expect(reads).toEqual([['a'.repeat(43), 4, 7]]);
    await expect(given.files.read('other', 0, 1)).rejects.toThrow('has no file other');
  });

  test('that the store has lost or spoilt are said in words, and are asked to be mended, once a run', async () => {
    for (let time = 0; time < 3; time += 1)
      await expect(given.files.read('index.html', 0, 1)).rejects.toThrow('damaged');
    expect(damaged).toEqual(['release']);
  });
});

test('what was to run when the runner was closed never does: nobody would watch it, or stop it', async () => {
  runner.close();
  await runner.run('r'.repeat(43) as ReleaseId, 1);
  expect(runs).toBe(0);
});
