import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';
import { openAnnouncedSignaling, type SignalingActor } from './actors/server-actor.ts';

let scene: Scene;
let operator: OperatorActor;
let announced: SignalingActor;

beforeAll(async () => {
  announced = await openAnnouncedSignaling();
  scene = await openScene();
  operator = await scene.operator('operator');
  await operator.createFleet('Harbour cafes', 'Ada');
});
afterAll(async () => {
  await scene?.close();
  await announced?.close();
});

const rows = () => operator.page.getByTestId('signaling-row');
const joined = () => rows().and(operator.page.locator('[data-state=joined]'));

test('a page shows a server that announces itself, and uses it when a person says so (S17)', async () => {
  await operator.goTo('/settings');
  const { page } = operator;
  // Others of this machine may announce themselves too.
  const server = page.locator(`[data-testid=nearby-server][data-signaling="${announced.url}"]`);
  await server.getByRole('button', { name: /^Use it/ }).click({ timeout: 60_000 });
  const dialog = page.getByRole('dialog');
  expect(await dialog.textContent()).toContain(announced.url);
  await dialog.getByRole('button', { name: 'Use it' }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => joined().allTextContents()).toContainEqual(expect.stringContaining(announced.url));
  expect(await server.textContent()).toContain('in use here');
});

test('it is used after a restart, and left when a person removes it', async () => {
  await operator.page.reload();
  await operator.goTo('/settings');
  await expect.poll(() => joined().count()).toBe(2);
  await operator.page.getByRole('button', { name: `Remove ${announced.url}` }).click();
  await expect.poll(() => rows().count()).toBe(1);
});
