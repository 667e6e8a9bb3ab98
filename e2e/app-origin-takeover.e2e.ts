import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppOriginScene, openAppOriginScene } from './app-origin/app-origin-scene.ts';
import { TAKEOVERS, TAKER } from './app-origin/takeovers.ts';

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene();
  scene.ship('taker', TAKER);
  scene.ship('healthy', {
    'index.html': '<title>Healthy</title><h1>Healthy</h1><script src="/app.js"></script>',
    'app.js': 'fieldfare.ready.then(() => fieldfare.healthy());',
  });
});
afterAll(() => scene?.close());

it('each field of register() and each method of a registration that this browser has is tried', async () => {
  await scene.reopen();
  await scene.run('taker');
  await scene.untilEvent('release-loaded');
  const { fields, methods } = await (await scene.releasePage()).evaluate(async () => {
    const { serviceWorker: workers } = document.querySelector('iframe')!.contentWindow!.navigator;
    const fields = new Set<string>();
    const noteField = (_: object, name: string | symbol) => void fields.add(String(name));
    await workers.register('/none.js', new Proxy({}, { get: noteField })).catch(() => undefined);
    const registration = (await workers.getRegistration('/'))!;
    const ofEveryTarget = new Set(Object.getOwnPropertyNames(EventTarget.prototype));
    const membersOf = (thing: object) => {
      const members: [string, unknown][] = [];
      for (const name in thing)
        try {
          if (!ofEveryTarget.has(name)) members.push([name, Reflect.get(thing, name)]);
        } catch {
          // What a frame may not have at all throws when it is read.
        }
      return members;
    };
    const methodsOf = (thing: object) =>
      membersOf(thing).flatMap(([name, member]) => (typeof member === 'function' ? [name] : []));
    const parts = membersOf(registration).flatMap(([, part]) =>
      typeof part === 'object' && part !== null ? [part] : [],
    );
    return { fields: [...fields], methods: [registration, ...parts].flatMap(methodsOf) };
  });
  expect(fields.sort()).toEqual(['scope', 'type', 'updateViaCache']);
  const tried = TAKEOVERS.map(({ code }) => code).join();
  expect(methods).toContain('unregister');
  expect(methods).toContain('postMessage');
  expect(methods.filter((method) => !tried.includes(`.${method}(`))).toEqual([]);
});

describe('a release that does what it can to its worker stops no other (A15, A16)', {
  timeout: 90_000,
}, () => {
  for (const { name, code } of TAKEOVERS)
    it(name, async () => {
      await scene.reopen();
      await take(code);
      await runsHealthy();
      await take(code);
      await scene.origins.closeApp();
      await runsHealthy();
      await take(code);
      await runsHealthy();
      await scene.openShell();
      await runsHealthy();
    });
});

describe('a release that meddles with its worker is ended (A16)', { timeout: 60_000 }, () => {
  it.each([
    [
      'unregisters it',
      'setInterval(() => workers.getRegistration("/").then((one) => one?.unregister()), 1);',
    ],
    ['registers it for a part', "await workers.register('/other-worker.js', { scope: '/part/' });"],
    ['writes to it', 'registration.active.postMessage("hello");'],
  ])('when it %s, so that a kiosk that starts again without the server starts the next', async (_, code) => {
    await scene.reopen();
    scene.origins.planted.set('/other-worker.js', '');
    await take(code);
    await scene.untilEvent('frame-failed');
    expect((await scene.eventsOf('frame-failed'))[0]?.reason).toContain('meddles with the worker');
    await untilRegistrationStands();
    await scene.origins.closeApp();
    await scene.openShell();
    await runsHealthy();
  });

  it('and the one that follows is not ended for it', async () => {
    await scene.reopen();
    const pagehide = `top0.addEventListener('pagehide', () => { registration.unregister(); registration.active.postMessage(1); });`;
    await take(pagehide);
    await runsHealthy();
    const beats = (await scene.eventsOf('release-beat')).length;
    await expect.poll(async () => (await scene.eventsOf('release-beat')).length).toBeGreaterThan(beats + 4);
    expect(await scene.eventsOf('frame-failed')).toEqual([]);
  });
});

describe('an app origin on which a worker of somebody else stands (A16)', { timeout: 120_000 }, () => {
  it('is cleared by its server after all else failed, and serves again', async () => {
    await scene.reopen();
    await runsHealthy();
    const page = await scene.releasePage();
    await page.evaluate(() => localStorage.setItem('kept', 'by an app'));
    // No release can do this: the server that it asks has no such file.
    scene.origins.planted.set('/other-worker.js', OTHER_WORKER);
    await take(`for (const scope of ['/', '/.fieldfare/', '/.fieldfare/bridge.html'])
      await workers.register('/other-worker.js', { scope });`);
    await scene.openShell(8);
    await runsHealthy();
    const [kept, scopes] = await (await scene.releasePage()).evaluate(async () => {
      const bare = document.createElement('iframe');
      bare.srcdoc = 'bare';
      await new Promise((resolve) => {
        bare.onload = resolve;
        document.body.append(bare);
      });
      const registrations = await bare.contentWindow!.navigator.serviceWorker.getRegistrations();
      return [localStorage.getItem('kept'), registrations.map(({ scope }) => scope)] as const;
    });
    expect(kept).toBeNull();
    expect(scopes).toEqual([`${scene.origins.app}/`]);
  });
});

const OTHER_WORKER = `addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => event.respondWith(new Response('mine', { headers: { 'Content-Type': 'text/html' } })));`;

/** The release's last page goes on for a moment after it was taken down, and the bridge mends what it does. */
async function untilRegistrationStands(): Promise<void> {
  const bridge = scene.shell.frames().find((frame) => frame.url().endsWith('/.fieldfare/bridge.html'))!;
  const looks: boolean[] = [];
  const stands = async () => {
    looks.push(
      await bridge.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length === 1),
    );
    return looks.slice(-8);
  };
  await expect.poll(stands, { interval: 200 }).toEqual(Array(8).fill(true));
}

async function take(code: string): Promise<void> {
  await scene.run('taker');
  await scene.untilEvent('release-loaded');
  const page = await scene.releasePage();
  const outcome = await page
    .evaluate(
      (text) => (globalThis as unknown as { attempt(code: string): Promise<string> }).attempt(text),
      code,
    )
    // Some are taken down while they are at it.
    .catch(() => 'taken down');
  expect(outcome).not.toBe('no way in');
}

async function runsHealthy(): Promise<void> {
  await scene.run('healthy');
  // The shell may load its page again for a start that failed, and starts the release once more.
  await expect
    .poll(() => scene.shell.evaluate(() => window.harness.events.map(({ type }) => type)).catch(() => []))
    .toContain('release-healthy');
  expect(await (await scene.releasePage()).textContent('h1')).toBe('Healthy');
}
