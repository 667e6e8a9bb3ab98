import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../cli/actors/kiosk-actor.ts';
import type { OperatorActor } from '../cli/actors/operator-actor.ts';
import { decodeJoinLink, encodeJoinLink } from '../src/core/wire/join-link.ts';
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

test('it stops when it is told to', async () => {
  expect(await node.stop()).toBe(0);
});
