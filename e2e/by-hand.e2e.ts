import { afterAll, beforeAll, test } from 'vitest';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';

/** ICE consent (RFC 7675: 30 s), then the lease in which the other one named the link. */
const LINK_GONE_MS = 90_000;

let scene: Scene;
let ada: OperatorActor;
let grace: OperatorActor;

beforeAll(async () => {
  scene = await openScene();
  ada = await scene.operator('ada');
  await ada.createFleet('Harbour cafes', 'Ada');
  const link = await ada.inviteOperator();
  grace = await scene.operator('grace', new URL(link).pathname + new URL(link).hash);
  await grace.joinFleet(link, 'Grace');
  await grace.page.getByTestId('page-overview').waitFor();
  await grace.goTo('/settings');
  await grace.page.getByText('Ada').first().waitFor();
  // From here on there is no server, and each browser starts anew from what it has.
  await grace.stop();
  await scene.signaling.kill();
  grace = await scene.operator('grace');
  await ada.goTo('/mesh');
  await ada.page.getByTestId('mesh-link').first().waitFor({ state: 'detached', timeout: LINK_GONE_MS });
});
afterAll(() => scene?.close());

const openDialog = async (operator: OperatorActor) => {
  await operator.goTo('/mesh');
  await operator.page.getByRole('button', { name: 'Link by hand' }).click();
};
const carried = async ({ page }: OperatorActor) =>
  (await page.getByTestId('carried-text').textContent()) ?? '';
const answer = async (operator: OperatorActor, text: string) => {
  await operator.page.getByRole('button', { name: "Answer the other browser's text" }).click();
  await operator.page.getByLabel('Text of the other browser').fill(text);
  await operator.page.getByRole('button', { name: 'Make answer' }).click();
};

test('a text that was cut short is refused in words, and so is one in the wrong place', async () => {
  await openDialog(ada);
  await ada.page.getByRole('button', { name: 'Show a text here' }).click();
  const offer = await carried(ada);
  await openDialog(grace);
  await answer(grace, offer.slice(0, -20));
  await grace.page.getByText('This text is cut short or changed.').waitFor();
  await ada.page.getByLabel('Answer of the other browser').fill(offer);
  await ada.page.getByRole('button', { name: 'Link', exact: true }).click();
  await ada.page.getByText('This text is an offer.').waitFor();
});

test('two browsers with no server link by two texts, and what one of them knows reaches the other', async () => {
  const offer = await carried(ada);
  await grace.page.getByLabel('Text of the other browser').fill(offer);
  await grace.page.getByRole('button', { name: 'Make answer' }).click();
  await ada.page.getByLabel('Answer of the other browser').fill(await carried(grace));
  await ada.page.getByRole('button', { name: 'Link', exact: true }).click();
  for (const { page } of [ada, grace]) {
    await page.getByTestId('linked-by-hand').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByTestId('mesh-link').first().waitFor();
  }
  await ada.page.getByRole('row', { name: /Grace/ }).first().waitFor();
});
