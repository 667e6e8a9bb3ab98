import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_PART_BYTES } from './protocol.ts';
import { createReleaseServer, type ReleaseRequest } from './release-server.ts';
import type { ShellFiles } from './shell-files.ts';

const bytesOf = (content: string | Uint8Array) =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

const SHIPPED: Readonly<Record<string, string | Uint8Array>> = {
  'index.html': '<head><title>start</title>',
  'about.html': '<title>about</title>',
  'docs/index.html': '<title>docs</title>',
  'app.js': 'run()',
  'ten.bin': Uint8Array.from({ length: 10 }, (_, at) => at),
  'large.bin': new Uint8Array(2 * MAX_PART_BYTES + 5).fill(7),
  'notes.csv': 'a,b',
  'photo.png': 'png',
  'menu.pdf': 'pdf',
  'dir with space/a<b>.txt': 'text',
  'game.js.gz': gzipSync('play()'),
  'plain.js.gz': 'not compressed()',
  'page.html.gz': gzipSync('<head><title>zipped</title>'),
  'game.js.br': 'brotli',
  'dict.dat.gz': gzipSync('words'),
  'empty.txt': '',
};

function serve(shipped = SHIPPED) {
  const files = new Map(Object.entries(shipped).map(([path, content]) => [path, bytesOf(content)]));
  const shellFiles: Pick<ShellFiles, 'release'> = {
    release: async () => ({
      product: 'menu',
      sizes: new Map(Array.from(files, ([path, bytes]) => [path, bytes.length])),
      async read(path, start, end) {
        if (path === 'photo.png') throw new Error('damaged');
        return files.get(path)!.slice(start, end);
      },
    }),
  };
  const server = createReleaseServer({ files: shellFiles, shellOrigin: 'http://localhost:4400' });
  return (address: string, request: Partial<ReleaseRequest> = {}) =>
    server({
      url: `http://localhost:4401${address}`,
      method: 'GET',
      mode: 'cors',
      destination: '',
      headers: new Headers(),
      ...request,
    });
}

const get = serve();
const NAVIGATION = { mode: 'navigate', destination: 'iframe' } as const;
const ranged = (range: string) => ({ headers: new Headers({ range }) });
const script = '<script src="/.fieldfare/client.js"';

describe('a file of a release', () => {
  it('is given whole, with its size and type', async () => {
    const response = await get('/app.js');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('run()');
    expect((await get('/empty.txt')).headers.get('content-length')).toBe('0');
  });

  it('is given in the one part that was asked for', async () => {
    const response = await get('/ten.bin', ranged('bytes=3-5'));
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe('bytes 3-5/10');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([3, 4, 5]);
    const beyond = await get('/ten.bin', ranged('bytes=10-'));
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe('bytes */10');
    const rest = await get('/large.bin', ranged('bytes=1-'));
    expect(rest.headers.get('content-length')).toBe(String(2 * MAX_PART_BYTES + 4));
    expect((await rest.arrayBuffer()).byteLength).toBe(2 * MAX_PART_BYTES + 4);
  });

  it('is told of without a body', async () => {
    const response = await get('/large.bin', { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(2 * MAX_PART_BYTES + 5));
    expect(response.body).toBeNull();
  });

  it('that cannot be read is an error with the reason, and no page of ours that would pass for a healthy one', async () => {
    const response = await get('/photo.png');
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('damaged');
    expect(response.headers.get('content-type')).toContain('text/plain');
  });
});

describe('a page that is gone to', () => {
  it('has the client script, and a fetch of it has not (A7)', async () => {
    expect(await (await get('/', NAVIGATION)).text()).toBe(
      `<head>${script} data-product="menu"></script><title>start</title>`,
    );
    expect(await (await get('/')).text()).toBe('<head><title>start</title>');
    expect(await (await get('/about', NAVIGATION)).text()).toContain('about');
  });

  it('is the 404.html of the release with its status', async () => {
    const response = await serve({ ...SHIPPED, '404.html': '<title>lost</title>' })('/x.y/z', NAVIGATION);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(script);
  });

  it('goes on to a folder by a script, since a redirect is refused there, and a fetch by a redirect', async () => {
    const page = await get('/docs?a=1', NAVIGATION);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("location.replace(location.pathname + '/'");
    const redirect = await get('/docs?a=1');
    expect(redirect.status).toBe(302);
    expect(redirect.headers.get('location')).toBe('/docs/?a=1');
  });

  it('is missing without a first page, in plain words that are no page', async () => {
    const response = await serve({ 'readme.txt': 'hello' })('/', NAVIGATION);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/plain');
  });
});

describe('a file that is gone to and is no page', () => {
  it('is shown within one that has the client script and a way back', async () => {
    const response = await get('/dir%20with%20space/a%3Cb%3E.txt', NAVIGATION);
    expect(response.headers.get('content-type')).toContain('text/html');
    const page = await response.text();
    expect(page).toContain(script);
    expect(page).toContain('Back</button>');
    expect(page).toContain('src="/.fieldfare/file/dir%20with%20space/a%3Cb%3E.txt"');
    expect(page).not.toContain('a<b>');
  });

  it('lies bare below our own path, as a type that a frame shows', async () => {
    const response = await get('/.fieldfare/file/notes.csv', NAVIGATION);
    expect(await response.text()).toBe('a,b');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await get('/notes.csv')).headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect((await get('/.fieldfare/file/none.csv')).status).toBe(404);
    expect(await (await get('/.fieldfare/file/about.html', NAVIGATION)).text()).toContain(script);
  });

  it.each(['/menu.pdf', '/ten.bin', '/dict.dat.gz'])('%s says that no screen shows it', async (address) => {
    const page = await (await get(address, NAVIGATION)).text();
    expect(page).toContain('cannot show');
    expect(page).toContain(script);
    expect(page).not.toContain('<iframe');
  });

  it('may be where a form was sent, which has nowhere to go', async () => {
    const response = await get('/orders', { ...NAVIGATION, method: 'POST' });
    expect(response.status).toBe(405);
    expect(await response.text()).toContain(script);
    expect(await (await get('/orders', { method: 'POST' })).text()).toContain('POST has nowhere to go');
  });
});

describe('a compressed file', () => {
  it('is taken apart where the app wants what is inside', async () => {
    const response = await get('/game.js.gz', { destination: 'script', mode: 'no-cors' });
    expect(await response.text()).toBe('play()');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('content-length')).toBeNull();
    expect(await (await get('/game.js.gz', ranged('bytes=0-1'))).text()).toBe('play()');
    expect(await (await get('/page.html.gz', NAVIGATION)).text()).toBe(
      `<head>${script} data-product="menu"></script><title>zipped</title>`,
    );
  });

  it('that is none is given as it is', async () => {
    expect(await (await get('/plain.js.gz', { destination: 'script' })).text()).toBe('not compressed()');
  });

  it('of another kind is left to the app', async () => {
    const response = await get('/dict.dat.gz');
    expect(response.headers.get('content-type')).toBe('application/gzip');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array(gzipSync('words')));
  });

  it('of Brotli is refused where the browser would have to read it, and left to a fetch', async () => {
    const refused = await get('/game.js.br', { destination: 'script' });
    expect(refused.status).toBe(415);
    expect(await refused.text()).toContain('ship it as gzip');
    expect(await (await get('/game.js.br')).text()).toBe('brotli');
  });
});

describe('every answer', () => {
  it.each(['/', '/app.js', '/none', '/photo.png', '/menu.pdf', '/docs', '/game.js.gz', '/large.bin'])(
    'to %s carries the policies that hold the release in (A6)',
    async (address) => {
      for (const request of [{}, NAVIGATION, ranged('bytes=0-1'), { method: 'POST' }]) {
        const { headers } = await get(address, request);
        expect(headers.get('content-security-policy')).toContain("connect-src 'self'");
        expect(headers.get('connection-allowlist')).toBe('(response-origin)');
        expect(headers.get('origin-agent-cluster')).toBe('?1');
      }
    },
  );
});

describe('a worker of a release (A6, A17)', () => {
  const sources = async (destination: RequestDestination) =>
    (await get('/app.js', { destination })).headers.get('Content-Security-Policy');

  it('may start workers of its own from blobs, which a page may not', async () => {
    expect(await sources('worker')).toContain("worker-src 'self' blob:");
    expect(await sources('script')).not.toContain('worker-src blob:');
    expect(await sources('script')).toContain("worker-src 'self';");
  });
});
