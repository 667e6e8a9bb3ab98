import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { embedScript } from '../../src/app-origin/embed-script.ts';
import { mediaTypeOf } from '../../src/app-origin/media-types.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The shell's origin and the app origin, each a server of its own on localhost. */
export interface Origins {
  readonly shell: string;
  readonly app: string;
  /** Files by the path below which the shell's server has them: "<release>/<file>". */
  readonly releases: Map<string, string | Uint8Array>;
  /** From here on the app origin's server takes no connection. */
  closeApp(): Promise<void>;
  openApp(): Promise<void>;
  close(): Promise<void>;
}

export async function startOrigins(): Promise<Origins> {
  const built = await mkdtemp(join(tmpdir(), 'app-origin-'));
  for (const name of ['bridge', 'client', 'service-worker'])
    await buildScript(`src/app-origin/${name}.ts`, built, name);
  await buildScript('e2e/app-origin/shell-page.ts', built, 'shell-page');

  const releases = new Map<string, string | Uint8Array>();
  const appServer = () =>
    createServer(async (request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      const name = /^\/\.fieldfare\/(bridge\.html|(?:bridge|client|service-worker)\.js)$/.exec(path)?.[1];
      if (!name) return void response.writeHead(404).end();
      const file = name === 'bridge.html' ? fromRoot('src/app-origin/bridge.html') : join(built, name);
      response.setHeader('Origin-Agent-Cluster', '?1');
      response.setHeader('Service-Worker-Allowed', '/');
      response.setHeader('Content-Type', mediaTypeOf(name));
      response.end(await readFile(file));
    });

  let app = await listen(appServer(), 0);
  const appOrigin = originOf(app);
  const appPort = (app.address() as AddressInfo).port;
  const shell = await listen(
    createServer(async (request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      response.setHeader('Origin-Agent-Cluster', '?1');
      if (path === '/') {
        response.setHeader('Content-Type', 'text/html');
        response.setHeader(
          'Content-Security-Policy',
          `default-src 'self'; style-src 'unsafe-inline'; frame-src ${appOrigin}`,
        );
        response.end(
          '<!doctype html><title>Shell</title><style>html,body,#stage{height:100%;margin:0}</style>' +
            '<div id="stage"></div><script src="/shell-page.js"></script>',
        );
      } else if (path === '/shell-page.js') {
        response.setHeader('Content-Type', 'text/javascript');
        response.end(await readFile(join(built, 'shell-page.js')));
      } else if (path.startsWith('/files/')) {
        const prefix = `${path.replace('/files/', '')}/`;
        const shipped = [...releases].filter(([name]) => name.startsWith(prefix));
        response.end(
          JSON.stringify(shipped.map(([name, file]) => [name.slice(prefix.length), Buffer.byteLength(file)])),
        );
      } else {
        const file = releases.get(decodeURIComponent(path.replace('/releases/', '')));
        if (file === undefined) response.writeHead(404).end();
        else response.end(file);
      }
    }),
    0,
  );

  return {
    shell: originOf(shell),
    app: appOrigin,
    releases,
    closeApp: () => closeServer(app),
    async openApp() {
      if (!app.listening) app = await listen(appServer(), appPort);
    },
    async close() {
      await closeServer(app);
      await closeServer(shell);
      await rm(built, { recursive: true });
    },
  };
}

async function buildScript(entry: string, outDir: string, name: string): Promise<void> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [embedScript()],
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2023',
      lib: { entry: fromRoot(entry), formats: ['iife'], name: 'fieldfare', fileName: () => `${name}.js` },
    },
  });
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}

function originOf(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}
