import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';
import { writeWebApp } from './web-app-folder.ts';

/** A guess: browsers that start again find each other through signaling, on two cores that others share. */
const HEARD_TIMEOUT_MS = 60_000;
const COMMIT_TIMEOUT_MS = 120_000;
const PASSPHRASE = 'heron gravel tuesday lamp';

/** In the invitation's form. */
type Invited = 'Operate and publish releases' | 'Publish releases only';

async function joinAs(
  scene: Scene,
  by: OperatorActor,
  name: string,
  invited: Invited = 'Operate and publish releases',
): Promise<OperatorActor> {
  await by.goTo('/settings');
  await by.page.getByRole('form', { name: 'Invitation' }).getByLabel('They may').selectOption(invited);
  const link = await by.inviteOperator();
  const guest = await scene.operator(name, new URL(link).pathname + new URL(link).hash);
  await guest.joinFleet(link, name);
  await guest.page.getByTestId('page-overview').waitFor();
  await personRow(guest, name, 'counts');
  await personRow(by, name, 'counts');
  return guest;
}

async function personRow(operator: OperatorActor, name: string, standing: string) {
  await operator.goTo('/settings');
  const row = operator.page.locator(
    `[data-testid=person-row][data-person-name="${name}"][data-standing=${standing}]`,
  );
  await row.waitFor({ timeout: HEARD_TIMEOUT_MS });
  return row;
}

async function voidedEntry(operator: OperatorActor, path: string) {
  await operator.goTo('/settings');
  const row = operator.page.locator(`[data-testid=voided-entry][data-path="${path}"]`);
  await row.waitFor({ timeout: HEARD_TIMEOUT_MS });
  return row;
}

describe('a key that is revoked', () => {
  let scene: Scene;
  let ada: OperatorActor;
  let grace: OperatorActor;
  let kiosk: KioskActor;

  beforeAll(async () => {
    scene = await openScene();
    ada = await scene.operator('Ada');
    await ada.createFleet('Harbour cafes', 'Ada');
  });
  afterAll(() => scene?.close());

  const rollOut = async (by: OperatorActor, version: string) =>
    by.rollOutFolder({
      folder: await writeWebApp(await scene.folder('app'), { version }),
      healthyWithinSeconds: 60,
    });

  const committed = (version: string) =>
    kiosk.until(
      `committed ${version}`,
      (seen) => seen.stage === 'committed' && seen.version === version,
      COMMIT_TIMEOUT_MS,
    );

  test('could publish while it held a grant', async () => {
    grace = await joinAs(scene, ada, 'Grace');
    kiosk = await scene.pairedKiosk(ada, 'till');
    await rollOut(grace, '1.0.0');
    await committed('1.0.0');
    await ada.goTo('/releases');
    await ada.page.getByTestId('release-row').filter({ hasText: '1.0.0' }).waitFor();
  });

  test('publishes once more where nobody hears it, while the founder revokes it and sees beforehand that no entry is lost', async () => {
    await scene.signaling.kill();
    await ada.stop();
    await kiosk.stop();
    await rollOut(grace, '2.0.0');
    await grace.stop();

    ada = await scene.operator('Ada');
    const row = await personRow(ada, 'Grace', 'counts');
    await row.getByRole('button', { name: 'Revoke Grace' }).click();
    const form = ada.page.getByRole('form', { name: 'Revoke a key' });
    await form.getByLabel('Reason').fill('left the company');
    await form.getByTestId('change-preview').getByText('Nothing that is known here changes').waitFor();
    await form.getByRole('button', { name: 'Revoke key' }).click();
    await personRow(ada, 'Grace', 'revoked');
  });

  test('counts nowhere once they meet, and its own dashboard says so', async () => {
    await scene.signaling.restart();
    await ada.stop();
    ada = await scene.operator('Ada');
    grace = await scene.operator('Grace');
    kiosk = await scene.kiosk('till');
    await kiosk.page.evaluate(() => {
      const seen: string[] = [];
      new MutationObserver(() => {
        const version = document.querySelector('[data-version]')?.getAttribute('data-version');
        if (version && seen.at(-1) !== version) seen.push(version);
      }).observe(document, { subtree: true, childList: true, attributes: true });
      Object.assign(window, { versionsSeen: seen });
    });
    for (const operator of [ada, grace]) {
      await voidedEntry(operator, '/releases/menu/2');
      await voidedEntry(operator, '/rollouts/00000002');
    }
    await personRow(grace, 'Grace', 'revoked');
    await grace.goTo('/rollouts/new');
    await grace.page.getByText("This browser's key may not publish releases").first().waitFor();
  });

  test('has one named entry brought back, and no other', async () => {
    const row = await voidedEntry(ada, '/releases/menu/2');
    await row.getByRole('checkbox').check();
    await ada.page.getByRole('button', { name: 'Bring back 1 entry' }).click();
    const form = ada.page.getByRole('form', { name: 'Bring entries back' });
    await form.getByText('1 entry would count again').waitFor();
    await form.getByRole('button', { name: 'Sign' }).click();
    await row.waitFor({ state: 'detached' });
    await voidedEntry(ada, '/rollouts/00000002');
    for (const operator of [ada, grace]) {
      await operator.goTo('/releases');
      await operator.page
        .getByTestId('release-row')
        .filter({ hasText: '2.0.0' })
        .waitFor({ timeout: HEARD_TIMEOUT_MS });
    }
  });

  test('is followed by no kiosk; kiosks go on with the rollouts of others', async () => {
    await rollOut(ada, '3.0.0');
    await committed('3.0.0');
    const seen = await kiosk.page.evaluate(
      () => (window as unknown as { versionsSeen: string[] }).versionsSeen,
    );
    expect(seen).not.toContain('2.0.0');
  });

  test('is not needed by a person who restores a backup in another browser', async () => {
    await ada.goTo('/settings');
    // What the page hands to the browser's downloads.
    await ada.page.evaluate(() => {
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob: Blob) => {
        blob.text().then((text) => Object.assign(window, { savedFile: text }));
        return make(blob);
      };
    });
    const backup = ada.page.getByRole('form', { name: 'Backup' });
    await backup.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await backup.getByLabel('Passphrase again').fill(PASSPHRASE);
    await backup.getByRole('button', { name: 'Save backup' }).click();
    const saved = await ada.page.waitForFunction(
      () => (window as unknown as { savedFile?: string }).savedFile,
      undefined,
      { timeout: 30_000 },
    );
    const file = (await saved.jsonValue()) ?? '';

    const spare = await scene.operator('spare');
    await spare.page.getByText('Restore a backup').click();
    const form = spare.page.getByRole('form', { name: 'Restore a backup' });
    await spare.page
      .locator('form[aria-label="Restore a backup"] input[type=file]')
      .setInputFiles({ name: 'backup.txt', mimeType: 'text/plain', buffer: Buffer.from(file) });
    await form.getByLabel('Passphrase').fill('heron gravel tuesday lamb');
    await form.getByRole('button', { name: 'Restore' }).click();
    await form.getByText('The passphrase does not open this backup').waitFor();
    await form.getByLabel('Passphrase').fill(PASSPHRASE);
    await form.getByRole('button', { name: 'Restore' }).click();
    await spare.page.getByTestId('page-overview').waitFor();
    await spare.goTo('/settings');
    await spare.page.getByText('Ada (this browser)').first().waitFor({ timeout: HEARD_TIMEOUT_MS });
    await rollOut(spare, '4.0.0');
    await committed('4.0.0');
    expect(await spare.page.getByTestId('quarantined').count()).toBe(0);
  });
});

describe('a root of one key', () => {
  let scene: Scene;
  let ada: OperatorActor;
  let grace: OperatorActor;
  let linus: OperatorActor;

  beforeAll(async () => {
    scene = await openScene();
    ada = await scene.operator('Ada');
    await ada.createFleet('Harbour cafes', 'Ada');
    grace = await joinAs(scene, ada, 'Grace');
    linus = await joinAs(scene, ada, 'Linus', 'Publish releases only');
  });
  afterAll(() => scene?.close());

  const cosign = async (by: OperatorActor, text: string) => {
    await by.goTo('/settings');
    await by.page.getByRole('button', { name: 'Sign a proposal' }).click();
    const form = by.page.getByRole('form', { name: 'Sign a proposal' });
    await form.getByLabel('Proposal').fill(text);
    const shown = await form.getByTestId('proposal').innerText();
    await form.getByRole('button', { name: 'Sign', exact: true }).click();
    return shown;
  };
  const proposalOn = async ({ page }: OperatorActor) => {
    const text = (await page.getByTestId('proposal-text').textContent()) ?? '';
    await page.keyboard.press('Escape');
    return text;
  };

  test('is split into two of three by a text that goes from one holder to the next', async () => {
    await ada.goTo('/settings');
    await ada.page.getByRole('button', { name: 'Change root keys' }).click();
    const form = ada.page.getByRole('form', { name: 'Change root keys' });
    await form.getByRole('checkbox', { name: /^Grace,/ }).check();
    await form.getByRole('checkbox', { name: /^Linus,/ }).check();
    await form.getByLabel('How many must sign for the root').selectOption('2 of 3');
    await form.getByRole('button', { name: 'Sign and make proposal' }).click();
    const proposed = await proposalOn(ada);

    const seenByGrace = await cosign(grace, proposed);
    expect(seenByGrace).toMatch(/1 → 2/);
    expect(seenByGrace).toMatch(/Keys in\s+(Grace|Linus).*(Grace|Linus)/s);
    const signed = await proposalOn(grace);
    await cosign(linus, signed);
    await linus.page.getByTestId('proposal-written').waitFor();
    await linus.page.keyboard.press('Escape');

    for (const operator of [ada, grace, linus]) {
      await operator.goTo('/settings');
      await operator.page
        .locator('[data-testid=root-facts][data-version="2"][data-threshold="2"]')
        .waitFor({ timeout: HEARD_TIMEOUT_MS });
    }
  });

  test('lets no one of its keys grant anything alone afterwards', async () => {
    await linus.goTo('/settings');
    const form = linus.page.getByRole('form', { name: 'Invitation' });
    await form.getByLabel('They may').selectOption('Operate and publish releases');
    await form.getByRole('button', { name: 'Make link' }).click();
    await form.getByText('the root needs 2 of its 3 keys').waitFor();
    expect(await form.getByTestId('invite-link').count()).toBe(0);
  });

  test('takes rights back by a proposal that shows each holder what it changes', async () => {
    await grace.goTo('/settings');
    await grace.page.getByRole('button', { name: 'Revoke Linus' }).click();
    const form = grace.page.getByRole('form', { name: 'Revoke a key' });
    await form.getByRole('radio', { name: /^The root, by a proposal/ }).check();
    await form.getByRole('checkbox', { name: 'Linus signs' }).uncheck();
    await form.getByLabel('Reason').fill('left the company');
    await form.getByRole('button', { name: 'Sign and make proposal' }).click();
    const proposed = await proposalOn(grace);

    const seenByAda = await cosign(ada, proposed);
    expect(seenByAda).toMatch(/Takes rights from\s+Linus/);
    expect(seenByAda).toContain('left the company');
    await ada.page.getByTestId('proposal-written').waitFor();
    await ada.page.keyboard.press('Escape');
    for (const operator of [ada, grace, linus]) {
      await operator.goTo('/settings');
      await operator.page
        .locator('[data-person-name=Linus][data-standing=revoked]')
        .waitFor({ timeout: HEARD_TIMEOUT_MS });
    }
  });

  test('gives rights in the name of the root, to a key that shows itself', async () => {
    await linus.goTo('/settings');
    await linus.page.getByRole('button', { name: 'Show this key' }).click();
    const key = (await linus.page.getByTestId('own-key').textContent()) ?? '';
    await linus.page.keyboard.press('Escape');

    await grace.goTo('/settings');
    await grace.page.getByRole('button', { name: 'Grant in the root’s name' }).click();
    const form = grace.page.getByRole('form', { name: 'Grant in the root’s name' });
    await form.getByLabel('Key of the person').fill(key);
    await form.getByLabel('Name of the person').fill('Linus again');
    await form.getByLabel('They may', { exact: true }).selectOption('Publish releases only');
    await form.getByRole('checkbox', { name: 'Linus signs' }).uncheck();
    await form.getByRole('button', { name: 'Sign and make proposal' }).click();
    const proposed = await proposalOn(grace);

    const seenByAda = await cosign(ada, proposed);
    expect(seenByAda).toMatch(/Rights\s+release/);
    await ada.page.getByTestId('proposal-written').waitFor();
    await ada.page.keyboard.press('Escape');
    for (const operator of [ada, linus]) {
      await operator.goTo('/settings');
      await operator.page
        .locator('[data-person-name="Linus again"][data-standing=counts]')
        .waitFor({ timeout: HEARD_TIMEOUT_MS });
    }
  });

  test('stops a holder who is about to sign a second root of one version (K4)', async () => {
    const open = async () => {
      await ada.goTo('/settings');
      await ada.page.getByRole('button', { name: 'Change root keys' }).click();
      return ada.page.getByRole('form', { name: 'Change root keys' });
    };
    const first = await open();
    await first.getByRole('checkbox', { name: /^Linus again,/ }).uncheck();
    await first.getByRole('button', { name: 'Sign and make proposal' }).click();
    const proposed = await proposalOn(ada);

    const second = await open();
    await second.getByTestId('signed-before').waitFor();
    expect(await second.getByRole('button', { name: 'Sign and make proposal' }).isDisabled()).toBe(true);
    expect(await second.innerText()).toContain('Another proposal of this version was signed here.');
    await second.getByRole('checkbox', { name: /^Every copy of that proposal is destroyed/ }).check();
    await second.getByRole('button', { name: 'Sign and make proposal' }).click();
    await proposalOn(ada);

    // The one that she said is destroyed turns up after all.
    await ada.page.getByRole('button', { name: 'Sign a proposal' }).click();
    const form = ada.page.getByRole('form', { name: 'Sign a proposal' });
    await form.getByLabel('Proposal').fill(proposed);
    await form.getByTestId('signed-before').waitFor();
    expect(await form.getByRole('button', { name: 'Sign', exact: true }).isDisabled()).toBe(true);
  });
});
