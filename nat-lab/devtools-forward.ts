import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Runs on the lab's machine: what comes in by a file's socket goes to a port there. Sockets of files know no network namespaces. */
const FORWARDER = `
const { connect, createServer } = require('node:net');
const [path, port] = process.argv.slice(1);
createServer((inner) => {
  const outer = connect(Number(port), '127.0.0.1');
  inner.pipe(outer).pipe(inner);
  for (const end of [inner, outer]) end.on('error', () => { inner.destroy(); outer.destroy(); });
}).listen(path, () => console.log('ready'));
`;

/**
 * Makes the DevTools address of a browser on a machine of the lab reachable from here. A network between the two would do it
 * as well, and would be one more way from browser to browser.
 */
export async function forwardDevTools(
  on: readonly string[],
  wsEndpoint: string,
  socketPath: string,
): Promise<{ readonly wsEndpoint: string; close(): void }> {
  const [command, ...before] = on;
  const remote = new URL(wsEndpoint);
  const child = spawn(command!, [...before, process.execPath, '-e', FORWARDER, socketPath, remote.port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the forwarder of a browser’s DevTools ended at its start');
  });
  await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), ended]);
  ended.catch(() => undefined);

  const server = createServer((inner) => {
    const outer = connect(socketPath);
    inner.pipe(outer).pipe(inner);
    for (const end of [inner, outer])
      end.on('error', () => {
        inner.destroy();
        outer.destroy();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = new URL(wsEndpoint);
  here.port = String((server.address() as AddressInfo).port);
  return {
    wsEndpoint: here.href,
    close() {
      server.close();
      child.kill('SIGKILL');
    },
  };
}
