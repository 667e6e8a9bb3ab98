import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AppOriginScene, openAppOriginScene, WAIT } from './app-origin/app-origin-scene.ts';

let scene: AppOriginScene;
/** Somebody else's host, which no release may reach. */
let foreign: Server;

beforeAll(async () => {
  scene = await openAppOriginScene();
  foreign = createServer((_, response) => response.end('')).listen(0);
}, 120_000);
afterAll(async () => {
  foreign?.close();
  await scene?.close();
});
beforeEach(() => scene.reopen());

const foreignUrl = (path: string) => `http://127.0.0.1:${(foreign.address() as AddressInfo).port}${path}`;

/** What the shell has heard of a kind, one a line. */
async function told(type: 'release-error' | 'release-warning'): Promise<string> {
  return (await scene.eventsOf(type)).map(({ message, source }) => `${message} (${source})`).join('\n');
}

/** Runs a page and waits until it has beaten twice since it loaded, so that all that it was going to say is said. */
async function runs(name: string, files: Record<string, string>): Promise<void> {
  scene.ship(name, files);
  await scene.run(name);
  await scene.untilEvent('release-loaded');
  const beats = (await scene.eventsOf('release-beat')).length;
  await vi.waitFor(
    async () => expect((await scene.eventsOf('release-beat')).length).toBeGreaterThanOrEqual(beats + 2),
    WAIT,
  );
}

describe('what happens in pages that work is a warning (A7)', { timeout: 60_000 }, () => {
  const HARMLESS: readonly [string, Record<string, string>, string][] = [
    [
      'a notice of the browser',
      {
        'index.html': `<p id="p">x</p><script>
          new ResizeObserver(() => { p.style.width = Math.random() * 500 + 'px'; }).observe(p);
        </script>`,
      },
      'ResizeObserver loop',
    ],
    [
      'a video that was told to pause before it played',
      {
        'index.html':
          '<p>x</p><video id="v"></video><script>v.src = "/none.mp4"; v.play(); v.pause();</script>',
      },
      'AbortError',
    ],
    [
      'a fetch that nobody awaited',
      {
        'index.html':
          '<p>x</p><script>fetch("/x", { method: "PUT", mode: "same-origin" }); fetch("bad:")</script>',
      },
      'Failed to fetch',
    ],
    [
      'a rejected promise that nobody caught',
      { 'index.html': '<p>x</p><script>Promise.reject(new TypeError("left alone"))</script>' },
      'TypeError: left alone',
    ],
    [
      'an error that the page reports itself',
      { 'index.html': '<p>x</p><script>reportError(new Error("seen and told"))</script>' },
      'seen and told',
    ],
    ['a thrown text', { 'index.html': '<p>x</p><script>throw "only words"</script>' }, 'only words'],
    [
      'an optional script that is missing',
      {
        'index.html': `<p>x</p><script>
          const plugin = document.createElement('script');
          plugin.src = '/plugins/optional.js';
          document.head.append(plugin);
        </script>`,
      },
      '/plugins/optional.js',
    ],
    ['a picture that is missing', { 'index.html': '<p>x</p><img src="/logo.png">' }, '/logo.png'],
  ];

  it.each(HARMLESS)('%s', async (_, files, warning) => {
    await runs('harmless', files);
    await vi.waitFor(async () => expect(await told('release-warning')).toContain(warning), WAIT);
    expect(await told('release-error')).toBe('');
  });

  it('a blocked analytics tag, with its address and without what follows it', async () => {
    await runs('tagged', {
      'index.html': `<p>x</p><script src="${foreignUrl('/gtag.js?id=secret')}"></script>`,
    });
    await vi.waitFor(
      async () => expect(await told('release-warning')).toContain(`may not reach ${foreignUrl('/gtag.js')}`),
      WAIT,
    );
    expect(await told('release-warning')).not.toContain('secret');
    expect(await told('release-error')).toBe('');
  });
});

describe('what shows that the release is broken is an error (A7)', { timeout: 60_000 }, () => {
  const BROKEN: readonly [string, Record<string, string>, string][] = [
    [
      'it throws',
      { 'index.html': '<script src="/app.js"></script>', 'app.js': '\nthrow new TypeError("no till");' },
      '/app.js:2',
    ],
    [
      'it throws in a page that it frames',
      {
        'index.html': '<iframe src="/app.html"></iframe>',
        'app.html': '<script>throw new Error("inside")</script>',
      },
      'inside',
    ],
    ['its script is missing', { 'index.html': '<p>x</p><script src="app.js"></script>' }, '/app.js'],
    [
      'its module script is missing',
      { 'index.html': '<p>x</p><script type="module" src="./app.js"></script>' },
      '/app.js',
    ],
    [
      'a module that its script imports is missing',
      {
        'index.html': '<p>x</p><script type="module" src="/app.js"></script>',
        'app.js': 'import "./chunk.js";',
      },
      '/app.js',
    ],
    [
      'its stylesheet is missing',
      { 'index.html': '<p>x</p><link rel="stylesheet" href="app.css">' },
      '/app.css',
    ],
    [
      'its script is missing below the base that the page names',
      { 'index.html': '<base href="/app/"><p>x</p><script src="main.js"></script>' },
      '/app/main.js',
    ],
  ];

  it.each(BROKEN)('%s', async (_, files, error) => {
    scene.ship('broken', files);
    await scene.run('broken');
    await vi.waitFor(async () => expect(await told('release-error')).toContain(error), WAIT);
  });

  it('cut to its bounds', async () => {
    scene.ship('verbose', { 'index.html': '<script>throw new Error("x".repeat(10_000))</script>' });
    await scene.run('verbose');
    await scene.untilEvent('release-error');
    expect((await scene.eventsOf('release-error'))[0]?.message).toHaveLength(500);
  });

  it('also after a hundred warnings', async () => {
    scene.ship('noisy', {
      'index.html': `<script>
        for (let i = 0; i < 200; i++) Promise.reject(new Error('noise ' + i));
        setTimeout(() => { throw new Error('the real one'); }, 300);
      </script>`,
    });
    await scene.run('noisy');
    await vi.waitFor(async () => expect(await told('release-error')).toContain('the real one'), WAIT);
  });
});

describe('a page shows something (A7)', { timeout: 60_000 }, () => {
  const SHOWN: readonly [string, Record<string, string>][] = [
    ['when it is text', { 'index.html': '<p>Hello</p>' }],
    [
      'when it is one frame',
      {
        'index.html':
          '<body style="margin:0"><iframe src="/app.html" style="border:0;width:100vw;height:100vh"></iframe>',
        'app.html': '<p>Inside</p>',
      },
    ],
    ['when it is a colour', { 'index.html': '<body style="background:#123456"></body>' }],
    ['when it is black', { 'index.html': '<html style="background:#000"></html>' }],
    [
      'when it is a gradient',
      { 'index.html': '<body style="height:100vh;background:linear-gradient(red,blue)"></body>' },
    ],
    ['when it is a canvas', { 'index.html': '<canvas width="300" height="300"></canvas>' }],
    ['when it is a box', { 'index.html': '<div style="width:9px;height:9px;border:1px solid red"></div>' }],
  ];

  it.each(SHOWN)('%s', async (_, files) => {
    scene.ship('shown', files);
    await scene.run('shown');
    await scene.untilEvent('release-painted');
  });

  it('but not when there is nothing to see', async () => {
    await runs('blank', {
      'index.html': '<title>Blank</title><div></div><div style="opacity:0;background:red"></div>',
    });
    expect(await scene.eventsOf('release-painted')).toEqual([]);
  });
});

describe('the word of a release is heard (A8)', { timeout: 60_000 }, () => {
  it('though it posts twenty messages a second of its own to its parent', async () => {
    scene.ship('chatter', {
      'index.html': `<p>x</p><script>
        for (let i = 0; i < 300; i++) parent.postMessage({ type: 'app', i }, '*');
        setInterval(() => parent.postMessage({ type: 'app' }, '*'), 50);
        setTimeout(() => fieldfare.healthy(), 1_500);
      </script>`,
    });
    await scene.run('chatter');
    await scene.untilEvent('release-healthy');
  });

  it('though it floods the shell with made-up words before it', async () => {
    scene.ship('flood', {
      'index.html': `<p>x</p><script>
        for (let i = 0; i < 500; i++) parent.postMessage({ type: 'release-painted' }, '*');
        for (let i = 0; i < 500; i++) parent.postMessage({ type: 'release-error', message: 'e', source: '' }, '*');
        fieldfare.healthy();
      </script>`,
    });
    await scene.run('flood');
    await scene.untilEvent('release-healthy');
    await scene.untilEvent('release-beat');
  });

  it('by a later beat, when the call itself was lost', async () => {
    scene.ship('lost', {
      'index.html': `<p>x</p><script>
        setTimeout(() => fieldfare.healthy(), 100);
      </script>`,
    });
    // Drops what comes first, as a shell that is busy with something else may.
    await scene.shell.evaluate(() =>
      addEventListener(
        'message',
        (event) => {
          if (event.data?.type === 'release-healthy') event.stopImmediatePropagation();
        },
        true,
      ),
    );
    await scene.run('lost');
    await scene.untilEvent('release-healthy');
  });

  it('and each start of its pages is told, with the path', async () => {
    scene.ship('loop', {
      'index.html': `<p>x</p><script>
        const loads = Number(sessionStorage.loads ?? 0) + 1;
        sessionStorage.loads = loads;
        if (loads < 5) setTimeout(() => location.reload(), 50);
      </script>`,
    });
    await scene.run('loop');
    await vi.waitFor(async () => {
      const pages = (await scene.eventsOf('page-started')).map(({ page }) => page);
      expect(pages).toEqual(['/', '/', '/', '/', '/']);
    }, WAIT);
  });
});
