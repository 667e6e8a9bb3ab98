import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppOriginScene, openAppOriginScene } from './app-origin/app-origin-scene.ts';

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene({ shell: 'kiosk.shop.localhost', app: 'apps.shop.localhost' });
  scene.ship('setter', {
    'index.html': '<h1>Setting</h1><iframe srcdoc="bare"></iframe><script src="/app.js"></script>',
    'app.js': `addEventListener('load', () => {
      const page = document.querySelector('iframe').contentDocument;
      for (let number = 0; number < 100; number += 1)
        page.cookie = 'c' + number + '=' + 'x'.repeat(4000) + '; Max-Age=86400; Domain=shop.localhost; Path=/';
    });`,
  });
  scene.ship('healthy', { 'index.html': '<h1>Healthy</h1><script>fieldfare.healthy()</script>' });
});
afterAll(() => scene?.close());

it('a sibling subdomain runs releases, also without its server (A1)', async () => {
  await scene.reopen();
  await scene.run('healthy');
  await scene.untilEvent('release-healthy');
  expect((await scene.releasePage()).url()).toBe(`${scene.origins.app}/`);
  await scene.origins.closeApp();
  await scene.openShell();
  await scene.run('healthy');
  await scene.untilEvent('release-healthy');
});

it('and the cookies of their common domain stop nobody, and go with the release (A20)', async () => {
  await scene.reopen();
  await scene.run('setter');
  await scene.untilEvent('release-loaded');
  const domains = async () => [...new Set((await scene.context.cookies()).map(({ domain }) => domain))];
  await expect.poll(domains).toEqual(['.shop.localhost']);
  await scene.run('healthy');
  await scene.untilEvent('release-healthy');
  await expect.poll(domains).toEqual([]);
});
