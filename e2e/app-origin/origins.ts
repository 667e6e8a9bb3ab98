import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { createAppOrigin } from '../../cli/app-origin.ts';
import { BEARS_COOKIES } from '../../signaling/sent-cookies.ts';
import { embedScript } from '../../src/app-origin/embed-script.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The shell's origin and the app origin, each a server of its own on this machine. */
export interface Origins {
  readonly shell: string;
  readonly app: string;
  /** Files by the path below which the shell's server has them: "<release>/<file>". */
  readonly releases: Map<string, string | Uint8Array>;
  /** Scripts that the app origin's server has besides, by their path: as it never should. */
  readonly planted: Map<string, string>;
  /** From here on the app origin's server takes no connection. */
  closeApp(): Promise<void>;
  openApp(): Promise<void>;
  close(): Promise<void>;
}

/** Names of this machine by which a browser finds the two; `*.localhost` are such, and secure contexts. */
export interface OriginHosts {
  readonly shell: string;
  readonly app: string;
}

const ONE_HOST: OriginHosts = { shell: 'localhost', app: 'localhost' };

export async function startOrigins(hosts = ONE_HOST): Promise<Origins> {
  const built = await mkdtemp(join(tmpdir(), 'app-origin-'));
  for (const name of ['bridge', 'service-worker'])
    await buildScript(`src/app-origin/${name}.ts`, built, name);
  await copyFile(fromRoot('src/app-origin/bridge.html'), join(built, 'bridge.html'));
  await buildScript('e2e/app-origin/shell-page.ts', built, 'shell-page');

  const releases = new Map<string, string | Uint8Array>();
  const shell = await listen(
    createServer(BEARS_COOKIES, async (request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      response.setHeader('Origin-Agent-Cluster', '?1');
      if (path === '/') {
        response.setHeader('Content-Type', 'text/html');
        response.setHeader(
          'Content-Security-Policy',
          `default-src 'self'; style-src 'unsafe-inline'; frame-src ${appOrigin}; connect-src 'self' ${appOrigin}`,
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
  const shellOrigin = originOf(shell, hosts.shell);
  const planted = new Map<string, string>();
  const answer = createAppOrigin({ directory: built, shellOriginOf: () => shellOrigin });
  const appServer = () =>
    createServer(BEARS_COOKIES, (request, response) => {
      const script = planted.get(request.url ?? '');
      if (script === undefined) return answer(request, response);
      response
        .writeHead(200, { 'Content-Type': 'text/javascript', 'Service-Worker-Allowed': '/' })
        .end(script);
    });
  let app = await listen(appServer(), 0);
  const appOrigin = originOf(app, hosts.app);
  const appPort = (app.address() as AddressInfo).port;

  return {
    shell: shellOrigin,
    app: appOrigin,
    releases,
    planted,
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

function originOf(server: Server, host: string): string {
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}
