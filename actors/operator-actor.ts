import type { Page } from 'playwright';
import { type BrowserActor, type BrowserOptions, openBrowser } from './browser-actor.ts';

/** A person at the dashboard, who acts by clicking and typing. */
export interface OperatorActor extends BrowserActor {
  goTo(path: string): Promise<void>;
  createFleet(fleetName: string, personName: string): Promise<void>;
  joinFleet(link: string, personName: string): Promise<void>;
  pairDevice(device: { readonly code: string; readonly name: string; readonly site: string }): Promise<void>;
  inviteOperator(): Promise<string>;
  inviteDevices(site: string): Promise<string>;
  /** Publishes the folder and starts a rollout to all devices; resolves on the rollout's page. */
  rollOutFolder(rollout: FolderRollout): Promise<void>;
  chooseFolder(folder: string): Promise<void>;
  /** As a person drags it from the desktop onto the page of a new rollout. */
  dropFolder(folder: string): Promise<void>;
  /** Opens the dialog of that button on the page that is open, confirms it and starts at once; resolves on the rollout's page. */
  goBack(button: string | RegExp, confirm?: string): Promise<void>;
  /** Sets a text for the whole fleet on the Config page. */
  setConfig(key: string, value: string): Promise<void>;
  /** What the dashboard's devices page says, by device name. */
  devices(): Promise<ReadonlyMap<string, DeviceSeen>>;
  /** What the rollout's page, where `rollOutFolder` ends, says of each device. */
  rolloutDevices(): Promise<readonly RolloutDeviceSeen[]>;
}

export interface FolderRollout {
  readonly folder: string;
  /** Absent: what the folder's package.json suggests. */
  readonly product?: string;
  readonly version?: string;
  /** Absent: the release is judged by painting without an error for a few seconds. */
  readonly healthyWithinSeconds?: number;
  /** With that rule: for how long it may throw nothing. Absent: what the dashboard suggests. */
  readonly quietForSeconds?: number;
}

/** DragOperation of the DevTools protocol. */
const COPY = 1;

export interface DeviceSeen {
  readonly stage: string;
  readonly version: string;
  readonly text: string;
}

/** Byte counts are the device's own; undefined where it has not said. */
export interface RolloutDeviceSeen {
  readonly name: string;
  readonly stage: string;
  readonly reason: string;
  readonly bytesHere: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly bytesFromPublisher: number | undefined;
  readonly bytesFromPeers: number | undefined;
}

export async function openOperator(
  options: BrowserOptions & {
    readonly shellUrl: string;
    readonly path?: string;
  },
): Promise<OperatorActor> {
  const actor = await openBrowser({
    ...options,
    url: `${options.shellUrl}${options.path ?? '/'}`,
  });
  const { page } = actor;

  const goTo = async (path: string) => {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, path);
  };

  const invite = async (form: string) => {
    const within = page.getByRole('form', { name: form });
    await within.getByRole('button', { name: 'Make link' }).click();
    return (await within.getByTestId('invite-link').textContent()) ?? '';
  };

  const chooseFolder = async (folder: string) => {
    await goTo('/rollouts/new');
    await page.getByTestId('folder-input').setInputFiles(folder);
  };

  return {
    ...actor,
    goTo,
    createFleet: async (fleetName, personName) => {
      const form = page.getByRole('form', { name: 'Create a fleet' });
      await form.getByLabel('Fleet name').fill(fleetName);
      await form.getByLabel('Your name').fill(personName);
      await form.getByRole('button', { name: 'Create fleet' }).click();
      await page.getByTestId('page-overview').waitFor();
    },
    joinFleet: async (link, personName) => {
      const form = page.getByRole('form', { name: 'Join with a link' });
      await form.getByLabel('Join link').fill(link);
      await form.getByLabel('Your name').fill(personName);
      await form.getByRole('button', { name: 'Join fleet' }).click();
    },
    pairDevice: async ({ code, name, site }) => {
      await goTo('/pair');
      const form = page.getByRole('form', { name: 'Pair a device' });
      await form.getByLabel('Code').fill(code);
      await form.getByLabel('Name').fill(name);
      await form.getByLabel('Site').fill(site);
      await form.getByRole('button', { name: 'Pair device' }).click();
      await page.getByTestId('page-device').waitFor({ timeout: 30_000 });
    },
    inviteOperator: async () => {
      await goTo('/settings');
      return invite('Invitation');
    },
    inviteDevices: async (site) => {
      await goTo('/pair');
      await page.getByRole('form', { name: 'Device link' }).getByLabel('Site of these devices').fill(site);
      return invite('Device link');
    },
    chooseFolder,
    dropFolder: async (folder) => {
      await goTo('/rollouts/new');
      const place = page.locator('.ff-drop');
      await place.scrollIntoViewIfNeeded();
      const box = (await place.boundingBox())!;
      // Pages cannot make such a drop themselves.
      const devTools = await page.context().newCDPSession(page);
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await devTools.send('Input.dispatchDragEvent', {
          type,
          x: box.x + box.width / 2,
          y: box.y + box.height / 2,
          data: { items: [], files: [folder], dragOperationsMask: COPY },
        });
      await devTools.detach();
    },
    setConfig: async (key, value) => {
      await goTo('/config');
      const form = page.getByRole('form', { name: 'Set a key' });
      await form.getByLabel('Key').fill(key);
      await form.getByLabel('Value').fill(value);
      await form.getByRole('button', { name: 'Sign and set' }).click();
      await page.locator(`[data-testid=config-row][data-key="${key}"]`).waitFor();
    },
    rollOutFolder: async ({ folder, product, version, healthyWithinSeconds, quietForSeconds }) => {
      await chooseFolder(folder);
      await page.getByTestId('folder-report').waitFor({ timeout: 30_000 });
      if (product !== undefined) await page.getByLabel('Product').fill(product);
      if (version !== undefined) await page.getByLabel('Version').fill(version);
      if (healthyWithinSeconds !== undefined) {
        await page.getByRole('radio', { name: /calls fieldfare.healthy/ }).check();
        await page.getByLabel('Seconds').fill(String(healthyWithinSeconds));
      }
      if (quietForSeconds !== undefined) await page.getByLabel('Seconds').fill(String(quietForSeconds));
      await page.getByRole('button', { name: 'Sign and start rollout' }).click();
      await page.getByRole('button', { name: 'Start now' }).click({ timeout: 60_000 });
      await page.getByTestId('page-rollout').waitFor({ timeout: 30_000 });
    },
    goBack: async (button, confirm = 'Go back') => {
      await page.getByRole('button', { name: button, exact: typeof button === 'string' }).click();
      await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click();
      await page.getByRole('button', { name: 'Start now' }).click({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Start now' }).waitFor({ state: 'detached' });
      await page.getByTestId('page-rollout').waitFor({ timeout: 30_000 });
    },
    devices: async () => {
      await goTo('/devices');
      await page.getByTestId('page-devices').waitFor();
      return readDevices(page);
    },
    rolloutDevices: () => readRolloutDevices(page),
  };
}

async function readRolloutDevices(page: Page): Promise<readonly RolloutDeviceSeen[]> {
  const rows = await page
    .getByTestId('rollout-device')
    .evaluateAll((elements) => elements.map((element) => ({ ...(element as HTMLElement).dataset })));
  return rows.map((row) => ({
    name: row.deviceName ?? '',
    stage: row.stage ?? 'unknown',
    reason: row.reason ?? '',
    bytesHere: countOf(row.bytesHere),
    sizeBytes: countOf(row.sizeBytes),
    bytesFromPublisher: countOf(row.bytesFromPublisher),
    bytesFromPeers: countOf(row.bytesFromPeers),
  }));
}

function countOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

async function readDevices(page: Page): Promise<ReadonlyMap<string, DeviceSeen>> {
  const rows = await page.getByTestId('device-row').evaluateAll((elements) =>
    elements.map((element) => ({
      name: element.getAttribute('data-device-name') ?? '',
      stage: element.getAttribute('data-stage') ?? '',
      version: element.getAttribute('data-version') ?? '',
      text: element.textContent ?? '',
    })),
  );
  return new Map(rows.map((row) => [row.name, row]));
}
