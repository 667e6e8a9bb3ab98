import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppOriginScene, openAppOriginScene } from './app-origin/app-origin-scene.ts';

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene({ shell: 'kiosk.shop.localhost', app: 'apps.shop.localhost' });
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
