import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileHash, InfoHash } from '../../core/wire/encoding/ids.ts';
import { releaseBody, releasePath } from '../../core/wire/entry/release.ts';
import { rolloutPath } from '../../core/wire/entry/rollout.ts';
import { setConfig, startRollout } from './actions.ts';
import { ownGrant } from './own-grant.ts';
import { createPeople, type People } from './testing/people.ts';

let people: People;

beforeEach(async () => {
  people = await createPeople();
});
afterEach(() => people.close());

async function publish(counter: number) {
  const { ada } = people;
  return ada.write({
    action: 'create',
    path: releasePath('menu', counter),
    parents: [...ada.node.view().releases.keys()],
    grant: ownGrant(ada, 'release'),
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
}

test('a rollout that follows on deleted ones stands, whatever number they had', async () => {
  const { ada } = people;
  const release = await publish(1);
  for (const number of [1, 2]) {
    await startRollout(ada, { release, select: {} });
    const path = rolloutPath(number);
    await ada.write({
      action: 'delete',
      path,
      parents: ada.node.ledger.heads(path),
      grant: ownGrant(ada, 'operator'),
      body: {},
    });
    expect(ada.node.view().rollouts).toEqual([]);
  }
  const third = await startRollout(ada, { release, select: {} });
  expect(ada.node.view().rollouts.map(({ entry, number }) => [entry.id, number])).toEqual([[third, 3]]);
});

test('what a kiosk may say over its app is one of three words, or nothing is signed (C5)', async () => {
  const { ada } = people;
  const set = (key: string, value: string | undefined) =>
    setConfig(ada, { scope: { type: 'fleet' }, key, value });
  const before = ada.node.ledger.frontier();
  await expect(set('strip', 'loud')).rejects.toThrow(/off, progress or all/);
  expect(ada.node.ledger.frontier()).toEqual(before);
  for (const value of ['all', 'progress', 'off', undefined]) await set('strip', value);
  await set('theme', 'loud');
});
