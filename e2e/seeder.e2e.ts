import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { decodeJoinLink, encodeJoinLink } from '../src/core/wire/contact/join-link.ts';
import { type NodeActor, startNodeActor } from './actors/node-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';
import { PRODUCT, writeWebApp } from './fixtures/web-app.ts';

/** A guess: megabytes between processes that share two cores with others. */
const COMMIT_TIMEOUT_MS = 120_000;
const SIZE_BYTES = 3_000_000;

let scene: Scene;
let operator: OperatorActor;
let board: KioskActor;
let folder: string;
let node: NodeActor;

beforeAll(async () => {
  scene = await openScene();
  operator = await scene.operator('operator');
  await operator.createFleet('Harbour cafes', 'Ada');
  board = await scene.pairedKiosk(operator, 'menu board');
  folder = await scene.folder('node');
});
afterAll(async () => {
  await node?.kill();
  await scene?.close();
});

test('a node without a browser fetches what devices are wished to run', async () => {
  await board.stop();
  const invitation = decodeJoinLink(await operator.inviteOperator());
  node = startNodeActor({ folder, join: encodeJoinLink({ ...invitation, invitation: undefined }) });
  await node.untilLine(/^Harbour cafes: 1 link, .* no release is wished for$/);
  await operator.rollOutFolder({
    folder: await writeWebApp(await scene.folder('app'), {
      version: '1.0.0',
      saysHealthy: true,
      blobs: { sizeBytes: SIZE_BYTES, seed: 'node' },
    }),
    healthyWithinSeconds: 60,
  });
  await node.untilLine(new RegExp(`^Harbour cafes: .*${PRODUCT} 1\\.0\\.0 100 %$`), COMMIT_TIMEOUT_MS);
});

test('a second one does not start in the same folder', async () => {
  const second = startNodeActor({ folder });
  await second.untilLine(
    /^Another node \(process \d+\) uses .*Stop it, or give this one a folder of its own/,
  );
  await second.kill();
});

test('with every browser gone, and after its own power cut, it alone serves a kiosk that comes back', async () => {
  await operator.stop();
  await node.kill();
  node = startNodeActor({ folder });
  await node.untilLine(new RegExp(`^Harbour cafes: 0 links, .*${PRODUCT} 1\\.0\\.0 100 %$`));

  board = await scene.kiosk('menu board');
  await board.until(
    'runs 1.0.0',
    ({ stage, version }) => stage === 'committed' && version === '1.0.0',
    COMMIT_TIMEOUT_MS,
  );
});

test('with its ledger file torn by a power cut and rotted, it says so, keeps the file, and has all else', async () => {
  await node.kill();
  const ledger = join(folder, 'ledger');
  const name = (await readdir(ledger)).find((each) => each.startsWith('ledger-'));
  const bytes = await readFile(join(ledger, name!));
  bytes[100]! ^= 1;
  const damaged = Buffer.concat([bytes, bytes.subarray(0, 77)]);
  await writeFile(join(ledger, name!), damaged);
  node = startNodeActor({ folder });
  await node.untilLine(/^the stored ledger was damaged in 2 places; .* is kept as .*damaged-1$/);
  expect(await readFile(join(ledger, 'damaged-1'))).toEqual(damaged);
  // The kiosk sends again what was lost.
  await node.untilLine(new RegExp(`^Harbour cafes: 1 link, .*${PRODUCT} 1\\.0\\.0 100 %$`));
});

test('it stops when it is told to', async () => {
  expect(await node.stop()).toBe(0);
});
