import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { openCertificateAuthority } from '../../cli/certificate-authority.ts';

/** A server of several names of this machine, over https and wss, that a release may be granted some of. */
export interface ReachedHost {
  readonly port: number;
  /** For a browser's --ignore-certificate-errors-spki-list: that of the server's key, in base64. */
  readonly keyDigest: string;
  /** What came, as "till.localhost GET /orders" or "till.localhost socket". */
  readonly requests: readonly string[];
  /** From here on it takes no connection, and those that are open are cut. */
  close(): Promise<void>;
}

const NAMES = ['till', 'eu.till', 'other'].map((name) => `${name}.localhost`);

export async function startReachedHost(): Promise<ReachedHost> {
  const directory = await mkdtemp(join(tmpdir(), 'reached-host-'));
  const names = { dns: NAMES, addresses: ['127.0.0.1'] };
  const authority = await openCertificateAuthority(join(directory, 'ca'), names, Date.now());
  const leaf = await authority.issue(names, Date.now());
  await rm(directory, { recursive: true });
  const requests: string[] = [];
  const server = createServer({ key: leaf.key, cert: leaf.certificate }, (request, response) => {
    const { host = '', 'sec-fetch-dest': destination } = request.headers;
    requests.push(`${host.split(':')[0]} ${request.method} ${request.url}`);
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (request.url === '/to-other') {
      response.writeHead(302, { Location: `https://other.localhost:${port}/redirected` }).end();
    } else if (destination === 'image') {
      response.setHeader('Content-Type', 'image/svg+xml');
      response.end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    } else if (destination === 'script') {
      response.setHeader('Content-Type', 'text/javascript');
      response.end('window.foreignScript = true;');
    } else if (destination === 'document' || destination === 'iframe') {
      response.setHeader('Content-Type', 'text/html');
      response.end('<title>Pay</title><h1>Pay here</h1>');
    } else response.end('an order');
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    requests.push(`${request.headers.host?.split(':')[0]} socket`);
    socket.send('a call');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const key = new X509Certificate(leaf.certificate).publicKey.export({ type: 'spki', format: 'der' });
  return {
    port,
    keyDigest: createHash('sha256').update(key).digest('base64'),
    requests,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
