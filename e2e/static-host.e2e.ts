import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AppOriginScene, openAppOriginScene, WAIT } from './app-origin/app-origin-scene.ts';

let scene: AppOriginScene;

/** One red pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

beforeAll(async () => {
  scene = await openAppOriginScene();
  scene.ship('site', {
    'index.html': '<title>start</title><h1>start</h1>',
    'about.html': '<title>about</title><h1>about</h1>',
    'docs/index.html': '<title>docs</title><h1>docs</h1><img src="photo.png">',
    'docs/photo.png': PNG,
    'readme.txt': 'plain words',
    'data.json': '{"a":1}',
    'list.csv': 'a,b\n1,2',
    'photo.png': PNG,
    'menu.pdf': '%PDF-1.4',
    'all.zip': 'PK',
    'framing.html': '<title>framing</title><iframe src="/readme.txt"></iframe>',
    'game.js.gz': gzipSync('window.game = "plays"'),
    'game.wasm.gz': gzipSync(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
    'dict.dat.gz': gzipSync('words'),
    'game.js.br': 'brotli',
    'worker.js': `const x = new XMLHttpRequest(); x.open('GET', '/readme.txt', false); x.send(); postMessage(x.responseText);`,
  });
}, 120_000);
afterAll(() => scene?.close());
beforeEach(async () => {
  await scene.reopen();
  await scene.run('site');
  await scene.untilEvent('release-beat');
});
afterEach(() => scene.context.close());

const inPage = async (script: string) => (await scene.releasePage()).evaluate<unknown>(script);
const heading = async () => (await scene.releasePage()).textContent('h1').catch(() => undefined);

describe('addresses on the app origin (A5)', { timeout: 60_000 }, () => {
  it('mean pages, folders and routes as on a static host', async () => {
    await scene.goTo('/about');
    expect(await heading()).toBe('about');

    await scene.goTo('/v1.2/users/ada@example.com');
    expect(await heading()).toBe('start');

    await (await scene.releasePage()).evaluate(() => {
      location.href = '/docs?a=1#part';
    });
    await vi.waitFor(async () => expect(await heading()).toBe('docs'), WAIT);
    expect((await scene.releasePage()).url()).toBe(`${scene.origins.app}/docs/?a=1#part`);
    // Its relative addresses hold only below the folder's own.
    expect(await inPage('document.images[0].naturalWidth')).toBe(1);
    // The way back skips the address that only led on.
    await (await scene.releasePage()).evaluate(() => history.back());
    await vi.waitFor(async () => expect(await heading()).toBe('start'), WAIT);
  });

  it('are followed by fetch in the same way, but for routes, which are missing there', async () => {
    expect(
      await inPage(`Promise.all(['/about', '/docs', '/v1.2/users'].map(async (address) => {
        const response = await fetch(address);
        return [response.status, response.redirected, (await response.text()).slice(0, 20)];
      }))`),
    ).toEqual([
      [200, false, '<title>about</title>'],
      [200, true, '<title>docs</title><'],
      [404, false, 'The release has no f'],
    ]);
  });

  it('lead to the 404.html of a release that has one', async () => {
    scene.ship('lost', {
      'index.html': '<title>start</title>',
      '404.html': '<title>lost</title><h1>lost</h1>',
    });
    await scene.run('lost');
    await scene.untilEvent('release-beat');
    await scene.goTo('/nowhere');
    expect(await heading()).toBe('lost');
  });
});

/** The colour in a corner of the window, where no page of these tests draws anything. */
async function cornerColor(): Promise<readonly number[]> {
  const { width, height } = scene.shell.viewportSize()!;
  const png = await scene.shell.screenshot({
    clip: { x: width - 30, y: height - 30, width: 20, height: 20 },
  });
  return scene.shell.evaluate(
    async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
      const drawing = new OffscreenCanvas(1, 1).getContext('2d')!;
      drawing.drawImage(bitmap, 0, 0);
      return [...drawing.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    },
    [...png],
  );
}

describe('a page without a background of its own (A5)', { timeout: 60_000 }, () => {
  it.each(['light', 'dark'] as const)(
    "lies on the browser's, whatever the shell's is, in %s",
    async (scheme) => {
      await scene.shell.emulateMedia({ colorScheme: scheme });
      await scene.shell.evaluate(() => {
        document.documentElement.style.colorScheme = 'light dark';
        document.body.style.background = 'rgb(200, 0, 0)';
      });
      await vi.waitFor(async () => expect(await cornerColor()).toEqual([255, 255, 255]), WAIT);
    },
  );

  it('is dark where it says that it can be, and the person wants it', async () => {
    scene.ship('dark', { 'index.html': '<meta name="color-scheme" content="dark light"><h1>dark</h1>' });
    await scene.shell.emulateMedia({ colorScheme: 'dark' });
    await scene.shell.evaluate(() => {
      document.documentElement.style.colorScheme = 'light dark';
      document.body.style.background = 'rgb(200, 0, 0)';
    });
    await scene.run('dark');
    await vi.waitFor(async () => {
      const color = await cornerColor();
      expect(color.every((part) => part === color[0] && part < 40)).toBe(true);
    }, WAIT);
  });
});

describe('a file that the frame is sent to (A12)', { timeout: 60_000 }, () => {
  it.each([
    ['/readme.txt', 'plain words'],
    ['/data.json', '"a":1'],
    ['/list.csv', '1,2'],
  ])('%s is shown, beats, and has a way back', async (address, words) => {
    const page = await scene.goTo(address);
    const inner = await (await page.waitForSelector('iframe')).contentFrame();
    await vi.waitFor(async () => expect(await inner!.textContent('body')).toContain(words), WAIT);
    await page.click('button');
    await vi.waitFor(async () => expect(await heading()).toBe('start'), WAIT);
  });

  it('may be a picture', async () => {
    const page = await scene.goTo('/photo.png');
    const inner = await (await page.waitForSelector('iframe')).contentFrame();
    await vi.waitFor(
      async () => expect(await inner!.evaluate('document.images[0]?.naturalWidth')).toBe(1),
      WAIT,
    );
    expect(await scene.eventsOf('release-error')).toEqual([]);
  });

  it.each(['/menu.pdf', '/all.zip'])(
    '%s, which no frame shows, says so and has a way back',
    async (address) => {
      const page = await scene.goTo(address);
      expect(await page.textContent('p')).toContain('cannot show');
      await page.click('button');
      await vi.waitFor(async () => expect(await heading()).toBe('start'), WAIT);
    },
  );

  it('goes back to the start where it took the place of the page before it', async () => {
    await (await scene.releasePage()).evaluate(() => location.replace('/readme.txt'));
    await vi.waitFor(async () => expect(await heading()).toBe('readme.txt'), WAIT);
    await (await scene.releasePage()).click('button');
    await vi.waitFor(async () => expect(await heading()).toBe('start'), WAIT);
  });

  it('is bare in a frame of the page that the page made for it', async () => {
    const page = await scene.goTo('/framing.html');
    const inner = await (await page.waitForSelector('iframe')).contentFrame();
    await vi.waitFor(async () => {
      expect(await inner!.textContent('body')).toBe('plain words');
      expect(await inner!.$('button')).toBeNull();
    }, WAIT);
    expect(await page.evaluate('document.querySelector("iframe").contentDocument.body.textContent')).toBe(
      'plain words',
    );
  });

  it('may be where a form was sent', async () => {
    await inPage(`(() => {
      const form = document.body.appendChild(document.createElement('form'));
      form.method = 'post';
      form.action = '/orders';
      form.submit();
    })()`).catch(() => undefined);
    await vi.waitFor(
      async () => expect(await (await scene.releasePage()).textContent('p')).toContain('nowhere to go'),
      WAIT,
    );
    await (await scene.releasePage()).click('button');
    await vi.waitFor(async () => expect(await heading()).toBe('start'), WAIT);
  });
});

describe('a compressed file (A13)', { timeout: 60_000 }, () => {
  it('runs as what is inside, and is left alone where an app unpacks it', async () => {
    const load = (path: string) => `new Promise((resolve) => {
      const script = document.createElement('script');
      script.onload = () => resolve(window.game);
      script.onerror = () => resolve('failed');
      script.src = '${path}';
      document.head.append(script);
    })`;
    expect(await inPage(load('/game.js.gz'))).toBe('plays');
    expect(await inPage(load('/game.js.br'))).toBe('failed');
    expect(
      await inPage(
        `WebAssembly.instantiateStreaming(fetch('/game.wasm.gz')).then(({ module }) => String(module))`,
      ),
    ).toBe('[object WebAssembly.Module]');
    expect(
      await inPage(`fetch('/dict.dat.gz').then((response) =>
        new Response(response.body.pipeThrough(new DecompressionStream('gzip'))).text())`),
    ).toBe('words');
  });
});

describe('a synchronous request (A14)', { timeout: 60_000 }, () => {
  const ask = (address: string) => `(() => {
    const request = new XMLHttpRequest();
    request.open('GET', ${address}, false);
    try { request.send(); return request.responseText; } catch (error) { return error.name + ': ' + error.message; }
  })()`;

  it.each(['there', 'gone'])(
    'of a page is refused in words, and warned of, with the server %s',
    async (server) => {
      if (server === 'gone') await scene.origins.closeApp();
      expect(await inPage(ask("'/readme.txt'"))).toMatch(
        /^NetworkError: .*ask for \/readme\.txt with fetch\(\)/,
      );
      await scene.untilEvent('release-warning');
      expect((await scene.eventsOf('release-warning'))[0]?.message).toContain('/readme.txt');
      expect(await scene.eventsOf('release-error')).toEqual([]);
    },
  );

  it('is answered in a worker, and for what needs no server', async () => {
    expect(
      await inPage(
        `new Promise((resolve) => { new Worker('/worker.js').onmessage = ({ data }) => resolve(data); })`,
      ),
    ).toBe('plain words');
    expect(await inPage(ask(`URL.createObjectURL(new Blob(['blob']))`))).toBe('blob');
    expect(await inPage(ask("'data:text/plain,data'"))).toBe('data');
    expect(await scene.eventsOf('release-warning')).toEqual([]);
  });
});
