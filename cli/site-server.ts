import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { FoundServer } from '../signaling/discovery/find.ts';
import { BEARS_COOKIES } from '../signaling/sent-cookies.ts';
import type { Preset } from '../src/core/node/node-config.ts';
import { createAppOrigin } from './app-origin.ts';
import { listen, PortUnavailable } from './listen.ts';
import { createNearbyServersEndpoint } from './nearby-servers.ts';
import { createShellOrigin, SIGNALING_PATH } from './shell-origin.ts';

export interface TlsMaterial {
  /** Leaf first, PEM. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly key: string;
}

/** What the site needs of a signaling server. */
export interface SignalingUpgrades {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

export interface SiteServerOptions {
  /** 0 takes two free neighbouring ports. */
  readonly port: number;
  /** Undefined listens on all interfaces. */
  readonly host: string | undefined;
  /** The build's output, with `shell` and `app-origin` in it. */
  readonly distDirectory: string;
  /** Further signaling servers that the pages should use. */
  readonly signaling: readonly string[];
  /** What nodes of the pages are set to; `wan` unless told. */
  readonly preset?: Preset;
  /** Answers WebSockets on the shell's origin; closed with the site, and when the site cannot be opened. */
  readonly signalingServer: SignalingUpgrades | undefined;
  /** Finds servers on this machine's network, for the pages to show; absent: they are told that nobody looks. */
  readonly findServers?: () => Promise<readonly FoundServer[]>;
  readonly tls: TlsMaterial | undefined;
}

/** The shell on one port and the app origin on the next: two origins of one site. */
export interface SiteServer {
  readonly port: number;
  readonly appOriginPort: number;
  /** For new connections; those that are open keep the certificate they began with. */
  renew(tls: TlsMaterial): void;
  /** Idempotent. */
  close(): Promise<void>;
}

const ATTEMPTS_AT_NEIGHBOURING_PORTS = 20;

export async function createSiteServer(options: SiteServerOptions): Promise<SiteServer> {
  const { shell, appOrigin, port } = await openPair(options).catch(async (error: unknown) => {
    await options.signalingServer?.close();
    throw error;
  });
  const appOriginPort = port + 1;

  shell.on(
    'request',
    createShellOrigin({
      directory: `${options.distDirectory}/shell`,
      appOriginPort,
      ownSignaling: options.signalingServer !== undefined,
      signaling: options.signaling,
      preset: options.preset ?? 'wan',
      nearby:
        options.findServers &&
        createNearbyServersEndpoint({ find: options.findServers, nowMs: () => performance.now() }),
    }),
  );
  appOrigin.on(
    'request',
    createAppOrigin({
      directory: `${options.distDirectory}/app-origin/.fieldfare`,
      // The same host by the name that the browser uses, on the port before.
      shellOriginOf: ({ scheme, hostname }) => new URL(`${scheme}://${hostname}:${port}`).origin,
    }),
  );
  shell.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const pathname = (request.url ?? '').split('?', 1)[0];
    if (options.signalingServer !== undefined && pathname === SIGNALING_PATH) {
      options.signalingServer.handleUpgrade(request, socket, head);
    } else {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
  });

  let closing: Promise<void> | undefined;
  return {
    port,
    appOriginPort,
    renew(tls) {
      for (const server of [shell, appOrigin]) {
        if ('setSecureContext' in server) server.setSecureContext({ cert: tls.certificate, key: tls.key });
      }
    },
    close() {
      closing ??= (async () => {
        const stopped = [stopServer(shell), stopServer(appOrigin)];
        await options.signalingServer?.close();
        await Promise.all(stopped);
      })();
      return closing;
    },
  };
}

type OriginServer = Server | HttpsServer;

async function openPair(
  options: SiteServerOptions,
): Promise<{ shell: OriginServer; appOrigin: OriginServer; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const shell = openServer(options.tls);
    const port = await listen(shell, options.port, options.host);
    const appOrigin = openServer(options.tls);
    try {
      await listen(appOrigin, port + 1, options.host);
      return { shell, appOrigin, port };
    } catch (error) {
      await stopServer(shell);
      const mayRetry = options.port === 0 && attempt < ATTEMPTS_AT_NEIGHBOURING_PORTS;
      if (!mayRetry || !(error instanceof PortUnavailable || error instanceof RangeError)) throw error;
    }
  }
}

function openServer(tls: TlsMaterial | undefined): OriginServer {
  return tls === undefined
    ? createHttpServer(BEARS_COOKIES)
    : createHttpsServer({ ...BEARS_COOKIES, cert: tls.certificate, key: tls.key });
}

function stopServer(server: OriginServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
