import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_PERMISSIONS, type Permissions, POWERS } from '../src/core/wire/entry/permissions.ts';
import type { ReachAddress } from '../src/core/wire/entry/reach-address.ts';
import { type AppOriginScene, openAppOriginScene, WAIT } from './app-origin/app-origin-scene.ts';
import { type ForeignServer, startForeignServer } from './app-origin/foreign-server.ts';
import { expectNoCall, expectNoEscape } from './app-origin/no-escape.ts';
import { type ReachedHost, startReachedHost } from './app-origin/reached-host.ts';
import type {} from './app-origin/shell-page.ts';

let scene: AppOriginScene;
let foreign: ForeignServer;
let host: ReachedHost;

beforeAll(async () => {
  [scene, foreign, host] = await Promise.all([
    openAppOriginScene(),
    startForeignServer(),
    startReachedHost(),
  ]);
  await scene.reopen();
  scene.ship('plain', {
    'index.html':
      '<h1>Plain</h1><button>Pay</button><script>addEventListener("load", () => fieldfare.healthy())</script>',
  });
}, 120_000);
afterAll(async () => {
  await scene?.close();
  await host?.close();
  foreign?.close();
});

const at = (scheme: string, name = 'till') => `${scheme}://${name}.localhost:${host.port}`;
const reach = (): Permissions => ({
  ...NO_PERMISSIONS,
  reach: [at('https'), at('wss')] as ReachAddress[],
});
const popups = (): Permissions => ({ ...NO_PERMISSIONS, popups: [at('https')] as ReachAddress[] });

const GRANTS: readonly (readonly [string, () => Permissions])[] = [
  ['nothing at all', () => NO_PERMISSIONS],
  ['hosts that it reaches', reach],
  ['popups', popups],
  ...POWERS.map((power) => [power, () => ({ ...NO_PERMISSIONS, powers: [power] })] as const),
  ['everything', () => ({ ...reach(), popups: popups().popups, powers: POWERS })],
];

/** Of the powers that browsers hold by policy. Chromium has Bluetooth on some systems only. */
const LISTED = POWERS.filter((power) => power !== 'print' && power !== 'bluetooth');

describe('the hostile release (A6, E3)', { timeout: 60_000 }, () => {
  it.each(GRANTS)('finds every way out closed with %s, and no other power', async (_, granted) => {
    const permissions = granted();
    const { allowedFeatures = '', sandbox } = await expectNoEscape(scene, foreign, permissions);
    const allowed = allowedFeatures.split(',');
    expect(LISTED.filter((power) => allowed.includes(power))).toEqual(
      LISTED.filter((power) => permissions.powers.includes(power)),
    );
    expect(sandbox).toBe(
      `allow-scripts allow-same-origin allow-forms${permissions.powers.includes('print') ? ' allow-modals' : ''}`,
    );
    expect(host.requests).toEqual([]);
  });

  it('gets data from the host that it reaches, and neither code, nor a frame, nor the way to another', async () => {
    const before = host.requests.length;
    await scene.run('plain', reach());
    await scene.untilEvent('release-healthy');
    const found = await (await scene.releasePage()).evaluate<Record<string, string>>(`(async () => {
      const settle = (work) => Promise.resolve().then(work).then((value) => 'done: ' + value, () => 'refused');
      const loaded = (name, set) => new Promise((resolve, reject) => {
        const element = Object.assign(document.createElement(name), set, { onload: () => resolve('loaded'), onerror: reject });
        document.body.append(element);
      });
      const till = '${at('https')}';
      const tries = {
        fetch: () => fetch(till + '/orders').then((response) => response.text()),
        post: () => fetch(till + '/orders', { method: 'POST', body: 'one' }).then((response) => response.text()),
        socket: () => new Promise((resolve, reject) => Object.assign(new WebSocket('${at('wss')}'), {
          onmessage: ({ data }) => resolve(data), onerror: reject })),
        worker: () => new Promise((resolve) => { new Worker(URL.createObjectURL(new Blob([
          'fetch("' + till + '/by-worker").then((response) => response.text()).then(postMessage, () => postMessage("refused"))',
        ]))).onmessage = ({ data }) => resolve(data); }),
        picture: () => loaded('img', { src: till + '/logo' }),
        redirect: () => fetch(till + '/to-other').then((response) => response.text()),
        below: () => fetch('${at('https', 'eu.till')}/orders'),
        other: () => fetch('${at('https', 'other')}/orders', { mode: 'no-cors' }),
        otherSocket: () => new Promise((resolve, reject) => Object.assign(new WebSocket('${at('wss', 'other')}'), {
          onopen: resolve, onerror: reject })),
        plainHttp: () => fetch(till.replace('https', 'http') + '/orders', { mode: 'no-cors' }),
        script: () => loaded('script', { src: till + '/script' }),
        style: () => loaded('link', { rel: 'stylesheet', href: till + '/style' }),
        module: () => import(till + '/module'),
        frame: () => new Promise((resolve, reject) => {
          const frame = document.body.appendChild(document.createElement('iframe'));
          document.addEventListener('securitypolicyviolation', reject, { once: true });
          frame.onload = () => setTimeout(() => resolve('loaded'), 500);
          frame.src = till + '/page';
        }),
        form: () => new Promise((resolve, reject) => {
          document.addEventListener('securitypolicyviolation', reject, { once: true });
          document.body.append(Object.assign(document.createElement('iframe'), { name: 'sink' }));
          const form = document.body.appendChild(document.createElement('form'));
          Object.assign(form, { action: till + '/form', method: 'post', target: 'sink' });
          form.submit();
          setTimeout(resolve, 500);
        }),
      };
      const found = {};
      for (const [name, attempt] of Object.entries(tries)) found[name] = await settle(attempt);
      return found;
    })()`);
    expect(found).toEqual({
      fetch: 'done: an order',
      post: 'done: an order',
      socket: 'done: a call',
      worker: 'done: an order',
      picture: 'done: loaded',
      redirect: 'refused',
      below: 'refused',
      other: 'refused',
      otherSocket: 'refused',
      plainHttp: 'refused',
      script: 'refused',
      style: 'refused',
      module: 'refused',
      frame: 'refused',
      form: 'refused',
    });
    expect(host.requests.slice(before)).toEqual([
      'till.localhost GET /orders',
      'till.localhost POST /orders',
      'till.localhost socket',
      'till.localhost GET /by-worker',
      'till.localhost GET /logo',
      'till.localhost GET /to-other',
    ]);
  });

  it('reaches hosts with its worker stopped, and none that it may not', async () => {
    await scene.run('plain', reach());
    await scene.untilEvent('release-healthy');
    await scene.stopWorkers();
    const page = await scene.releasePage();
    const ask = (name: string) =>
      page.evaluate<string>(
        `fetch('${at('https', name)}/late').then((response) => response.text(), () => 'refused')`,
      );
    expect([await ask('till'), await ask('other')]).toEqual(['an order', 'refused']);
  });

  it('calls nobody by WebRTC where it reaches hosts', async () => {
    await expectNoCall(scene, foreign, 'plain', reach());
    await scene.reopen();
  });
});

describe('a release that may have pages opened (E6)', { timeout: 60_000 }, () => {
  beforeEach(() => scene.reopen());

  const ask = async (address: string) => {
    const page = await scene.releasePage();
    await page.evaluate((href) => {
      document.querySelector('button')!.onclick = () => window.open(href);
    }, address);
    await page.click('button');
  };

  it('has those of the named host in a window of the shell’s, which goes when the release goes', async () => {
    await scene.run('plain', popups());
    await scene.untilEvent('release-healthy');
    const opening = scene.context.waitForEvent('page');
    await ask(`${at('https')}/pay`);
    const window = await opening;
    await window.waitForURL(`${at('https')}/pay`);
    expect(await window.title()).toBe('Pay');
    // Attack: it leads the kiosk's page away by who opened it.
    for (const lead of ['opener.location.href = location.href', 'opener.top.location.href = location.href'])
      await window.evaluate(lead).catch(() => undefined);
    expect(new URL(scene.shell.url()).origin).toBe(scene.origins.shell);
    const closing = window.waitForEvent('close');
    await scene.run('plain');
    await closing;
  });

  it('has no other opened, by the client or around it, and is told', async () => {
    await scene.run('plain', popups());
    await scene.untilEvent('release-healthy');
    const pages = scene.context.pages().length;
    await ask(`${at('https', 'other')}/pay`);
    await vi.waitFor(
      async () =>
        expect(await scene.eventsOf('release-warning')).toEqual([
          {
            type: 'release-warning',
            message: `Asked for a window of ${at('https', 'other')}, not granted`,
            source: '',
          },
        ]),
      WAIT,
    );
    const page = await scene.releasePage();
    await page.evaluate(
      (href) => {
        const around = document.body.appendChild(document.createElement('iframe')).contentWindow!;
        document.querySelector('button')!.onclick = () => {
          document.title = String(around.open(href));
        };
      },
      `${at('https')}/pay`,
    );
    await page.click('button');
    expect(await page.title()).toBe('null');
    expect(scene.context.pages()).toHaveLength(pages);
  });
});
