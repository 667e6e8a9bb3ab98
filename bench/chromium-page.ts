import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CDPSession, chromium, type Page } from 'playwright';
import { build, preview } from 'vite';

export interface ChromiumPage {
  readonly page: Page;
  readonly version: string;
  /** Bytes that the page holds after a collection, array buffers included. */
  heapBytes(): Promise<number>;
  close(): Promise<void>;
}

/** Builds the page in `folder` as the shell is built and opens it in the system's Chromium. Rejects when there is none. */
export async function openChromiumPage(folder: string): Promise<ChromiumPage> {
  const outDir = await mkdtemp(join(tmpdir(), 'fieldfare-bench-'));
  const config = {
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'es2023' },
  } as const;
  await build(config);
  // Isolated, or the page's clock would tick in tenths of a millisecond.
  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const server = await preview({ ...config, preview: { port: 0, host: 'localhost', headers } });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
  });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${server.resolvedUrls?.local[0]}`);
  const session: CDPSession = await page.context().newCDPSession(page);
  return {
    page,
    version: browser.version(),
    heapBytes: async () => {
      await session.send('HeapProfiler.collectGarbage');
      const usage = (await session.send('Runtime.getHeapUsage')) as {
        usedSize: number;
        backingStorageSize?: number;
      };
      return usage.usedSize + (usage.backingStorageSize ?? 0);
    },
    close: async () => {
      await browser.close();
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
