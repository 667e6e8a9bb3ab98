import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

/** Pages below e2e/pages, served as they stand. */
export interface SourceServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** `name` parts what is cached of one test from that of others. */
export async function serveSources(name: string, dependencies: readonly string[]): Promise<SourceServer> {
  const vite = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('..', import.meta.url)),
    cacheDir: `node_modules/.vite-${name}`,
    logLevel: 'error',
    server: { port: 0, host: 'localhost', hmr: false, watch: null },
    // All named: a dependency found late would reload the page in the middle of a test.
    optimizeDeps: { noDiscovery: true, include: [...dependencies] },
  });
  await vite.listen();
  const { port } = vite.httpServer!.address() as AddressInfo;
  return { origin: `http://localhost:${port}`, close: () => vite.close() };
}
