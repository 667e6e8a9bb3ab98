import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SHELL_ORIGIN } from '../src/app-origin/protocol.ts';
import { createSiteServer, type SiteServer } from './site-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let distDirectory: string;
let site: SiteServer;

beforeAll(async () => {
  distDirectory = await mkdtemp(join(tmpdir(), 'fieldfare-dist-'));
  const files = {
    'shell/index.html': 'dashboard',
    'shell/kiosk.html': 'kiosk',
    'shell/service-worker.js': 'shell worker',
    'shell/assets/index-abc123.js': 'script',
    'app-origin/.fieldfare/bridge.html': 'bridge',
    'app-origin/.fieldfare/bridge.js': `hear('${SHELL_ORIGIN}')`,
    'app-origin/.fieldfare/client.js': 'client',
    'app-origin/.fieldfare/service-worker.js': `serve('${SHELL_ORIGIN}')`,
    'app-origin/index.html': 'unsigned',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(distDirectory, path, '..'), { recursive: true });
    await writeFile(join(distDirectory, path), text);
  }
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (socket) => socket.send('hello'));
  site = await createSiteServer({
    port: 0,
    host: '127.0.0.1',
    distDirectory,
    signaling: ['wss://elsewhere.example/signaling'],
    preset: 'lan',
    signalingServer: {
      handleUpgrade: (upgrade, socket, head) =>
        sockets.handleUpgrade(upgrade, socket, head, (client) => sockets.emit('connection', client)),
      close: async () => {
        for (const client of sockets.clients) client.terminate();
      },
    },
    tls: undefined,
  });
});
afterAll(async () => {
  await site.close();
  await rm(distDirectory, { recursive: true });
});

/** Not fetch(): it writes its own Host header. */
function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the shell origin', () => {
  it('serves both pages and lets the dashboard own its paths', async () => {
    const page = { accept: 'text/html,*/*' };
    expect((await ask(site.port, '/', page)).body).toBe('dashboard');
    expect((await ask(site.port, '/kiosk.html', page)).body).toBe('kiosk');
    expect((await ask(site.port, '/devices/7?site=north', page)).body).toBe('dashboard');
    expect((await ask(site.port, '/assets/gone.js', page)).status).toBe(404);
    expect((await ask(site.port, '/devices/7')).status).toBe(404);
  });

  it('keeps hashed files for ever and asks again for everything else', async () => {
    expect((await ask(site.port, '/assets/index-abc123.js')).headers['cache-control']).toMatch(/immutable/);
    for (const path of ['/', '/kiosk.html', '/service-worker.js']) {
      expect((await ask(site.port, path)).headers['cache-control']).toBe('no-cache');
    }
  });

  it('frames only the app origin of the address that it was asked by', async () => {
    const here = await ask(site.port, '/kiosk.html', { host: `localhost:${site.port}` });
    expect(here.headers['content-security-policy']).toContain(
      `frame-src http://localhost:${site.appOriginPort};`,
    );
    const there = await ask(site.port, '/kiosk.html', { host: `10.1.2.3:${site.port}` });
    expect(there.headers['content-security-policy']).toContain(
      `frame-src http://10.1.2.3:${site.appOriginPort};`,
    );
    expect(there.headers['content-security-policy']).toContain("script-src 'self';");
    expect(there.headers['origin-agent-cluster']).toBe('?1');
  });

  it('says where its own signaling is, by the name that it was asked by', async () => {
    const { body } = await ask(site.port, '/fieldfare.json', { host: `till.local:${site.port}` });
    expect(JSON.parse(body)).toEqual({
      appOriginPort: site.port + 1,
      signaling: [`ws://till.local:${site.port}/signaling`, 'wss://elsewhere.example/signaling'],
      preset: 'lan',
    });
  });

  it('refuses a Host header that would write a policy, and other methods', async () => {
    expect((await ask(site.port, '/', { host: 'a; script-src *' })).status).toBe(400);
    expect((await ask(site.port, '/', {}, 'POST')).status).toBe(405);
  });

  it('is still there after a range that runs backwards', async () => {
    expect((await ask(site.port, '/index.html', { range: 'bytes=5-2' })).body).toBe('dashboard');
    expect((await ask(site.port, '/index.html')).status).toBe(200);
  });

  it('does not leave its directory', async () => {
    for (const path of [
      '/../app-origin/index.html',
      '/%2e%2e/app-origin/index.html',
      '/..%2fapp-origin%2findex.html',
    ]) {
      expect((await ask(site.port, path)).body).not.toBe('unsigned');
    }
  });

  it('hands WebSockets to signaling at its path and nowhere else', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${site.port}/signaling`);
    expect(await new Promise((resolve) => socket.once('message', (data) => resolve(String(data))))).toBe(
      'hello',
    );
    socket.terminate();
    const elsewhere = new WebSocket(`ws://127.0.0.1:${site.port}/other`);
    expect(
      await new Promise((resolve) => elsewhere.once('error', (error) => resolve(error.message))),
    ).toMatch(/404/);
  });
});

describe('the app origin', () => {
  it('serves the bridge, framed by the shell of the same host only', async () => {
    const bridge = await ask(site.appOriginPort, '/.fieldfare/bridge.html', {
      host: `till:${site.appOriginPort}`,
    });
    expect(bridge.body).toBe('bridge');
    expect(bridge.headers['content-security-policy']).toMatch(
      new RegExp(`frame-ancestors http://till:${site.port}$`),
    );
    expect(bridge.headers['origin-agent-cluster']).toBe('?1');
  });

  it('lets its service worker control the whole origin, and writes the shell into it', async () => {
    const host = `till.local:${site.appOriginPort}`;
    const worker = await ask(site.appOriginPort, '/.fieldfare/service-worker.js', { host });
    expect(worker.headers['service-worker-allowed']).toBe('/');
    expect(worker.headers['cache-control']).toBe('no-cache');
    expect(worker.headers['content-type']).toMatch(/^text\/javascript/);
    expect(worker.body).toBe(`serve('http://till.local:${site.port}')`);
    const bridge = await ask(site.appOriginPort, '/.fieldfare/bridge.js', { host });
    expect(bridge.body).toBe(`hear('http://till.local:${site.port}')`);
  });

  it.each([
    '/.fieldfare/service-worker.js?',
    '/.fieldfare/service-worker.js?shell=http://evil',
    '/.fieldfare/%73ervice-worker.js',
    '/.fieldfare//service-worker.js',
    '//.fieldfare/service-worker.js',
    '/.fieldfare/./service-worker.js',
    '/.fieldfare/service-worker.js/',
    '/.fieldfare/service-worker.js;a',
    '/.FIELDFARE/service-worker.js',
    '/.fieldfare/bridge.html?shell=http://evil',
  ])('answers nothing under %s, another spelling (A15)', async (path) => {
    const answer = await ask(site.appOriginPort, path);
    expect(answer.status).toBe(404);
    expect(answer.headers['service-worker-allowed']).toBeUndefined();
  });

  it.each(['bridge.js', 'bridge.html', 'client.js'])(
    'gives nobody %s as the script of a service worker (A15)',
    async (name) => {
      const answer = await ask(site.appOriginPort, `/.fieldfare/${name}`, { 'service-worker': 'script' });
      expect(answer.status).toBe(404);
    },
  );

  it('is cleared for the shell of the same host, and for nobody else (A16)', async () => {
    const port = site.appOriginPort;
    const shell = `http://till:${site.port}`;
    const reset = (origin: Record<string, string>, method = 'POST') =>
      ask(port, '/.fieldfare/reset', { host: `till:${port}`, ...origin }, method);
    const cleared = await reset({ origin: shell });
    expect(cleared.status).toBe(204);
    expect(cleared.headers['clear-site-data']).toBe('"storage", "cookies", "cache"');
    expect(cleared.headers['access-control-allow-origin']).toBe(shell);
    expect(cleared.headers['access-control-allow-credentials']).toBe('true');
    for (const refused of [
      await reset({ origin: `http://till:${port}` }),
      await reset({ origin: 'http://evil' }),
      await reset({}),
      await reset({ origin: shell }, 'GET'),
      await reset({ origin: shell }, 'PUT'),
    ]) {
      expect(refused.status).toBeGreaterThanOrEqual(403);
      expect(refused.headers['clear-site-data']).toBeUndefined();
    }
    const elsewhere = await ask(port, '/.fieldfare/bridge.html', { origin: shell }, 'POST');
    expect(elsewhere.status).toBe(405);
  });

  it('has nothing else, so no unsigned file can pass for a release', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/.fieldfare/',
      '/.fieldfare/../index.html',
      '/.fieldfare/none.js',
      '/.fieldfare/client.js',
    ]) {
      const answer = await ask(site.appOriginPort, path);
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain('unsigned');
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'/);
    }
  });
});

describe('cookies that a release has set on this host (A20)', () => {
  /** What Chromium sends at most: 180 of 4 KiB. */
  const cookie = Array.from({ length: 180 }, (_, at) => `c${at}=${'x'.repeat(4090)}`).join('; ');

  it.each(['/kiosk.html', '/fieldfare.json', '/service-worker.js', '/none'])(
    'are borne by the shell and cleared, at %s',
    async (path) => {
      const page = { accept: 'text/html' };
      const [without, borne] = [
        await ask(site.port, path, page),
        await ask(site.port, path, { ...page, cookie }),
      ];
      expect(borne.status).toBe(without.status);
      expect(borne.body).toBe(without.body);
      expect(borne.headers['clear-site-data']).toBe('"cookies"');
    },
  );

  it.each(['/.fieldfare/bridge.html', '/.fieldfare/service-worker.js'])(
    'are borne by the app origin and cleared, at %s',
    async (path) => {
      const borne = await ask(site.appOriginPort, path, { cookie });
      expect(borne.status).toBe(200);
      expect(borne.headers['clear-site-data']).toBe('"cookies"');
    },
  );

  it('are borne by signaling', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${site.port}/signaling`, { headers: { cookie } });
    expect(await new Promise((resolve) => socket.once('message', (data) => resolve(String(data))))).toBe(
      'hello',
    );
    socket.terminate();
  });

  it('are cleared down to the last where devices alone ask', async () => {
    for (const answer of [
      await ask(site.port, '/kiosk.html?name=till', { cookie: 'a=1' }),
      await ask(site.appOriginPort, '/.fieldfare/bridge.html', { cookie: 'a=1' }),
      await ask(site.appOriginPort, '/none', { cookie: 'a=1' }),
    ])
      expect(answer.headers['clear-site-data']).toBe('"cookies"');
    expect((await ask(site.port, '/kiosk.html')).headers['clear-site-data']).toBeUndefined();
  });

  it('are left alone elsewhere as long as they are few: another service on this host may have its users by them', async () => {
    const answer = await ask(site.port, '/index.html', { cookie: `session=${'x'.repeat(1000)}` });
    expect(answer.headers['clear-site-data']).toBeUndefined();
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('a port that is taken', () => {
  it('is named, with what to do', async () => {
    const options = {
      host: '127.0.0.1',
      distDirectory,
      signaling: [],
      signalingServer: undefined,
      tls: undefined,
    };
    await expect(createSiteServer({ ...options, port: site.port })).rejects.toThrow(
      `Port ${site.port} is in use by another program. Stop that program, or choose another with --port.`,
    );
    // The app origin's port is the shell's next: both are given back when one is taken.
    await expect(createSiteServer({ ...options, port: site.port - 1 })).rejects.toThrow(
      `Port ${site.port} is in use`,
    );
    const free = await createSiteServer({ ...options, port: 0 });
    await free.close();
    await free.close();
  });
});
