import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Chromium, ChromiumUnavailable, findChromium, launchChromium } from './chromium.ts';
import { connectTo, FIRST_PAGE } from './connect.ts';

const SLOW_MS = 60_000;

/** Processes with `text` in their command line; zombies have none. */
function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return commandLine.includes('--type=') || commandLine.includes('--user-data-dir')
          ? commandLine.includes(text)
          : false;
      } catch {
        return false;
      }
    })
    .map(Number);
}

let profile: string;
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'fieldfare-profile-'));
});
afterEach(async () => {
  await vi.waitFor(() => expect(processesNaming(profile)).toEqual([]), { timeout: 10_000 });
  await rm(profile, { recursive: true, force: true });
});

async function openPage(browser: Chromium, url: string) {
  const connection = await connectTo(browser.wsEndpoint);
  const page = await connection.contexts()[0]!.newPage();
  await page.goto(url);
  return page;
}

describe.runIf(process.platform === 'linux')('a launched Chromium', () => {
  it('comes back on the same profile after every process of it was killed', {
    timeout: SLOW_MS,
  }, async () => {
    const server = createServer((_request, response) => response.end('<title>till</title>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      const first = await launchChromium({
        userDataDirectory: profile,
        headless: true,
        extraArguments: [FIRST_PAGE],
      });
      const page = await openPage(first, url);
      expect(await page.title()).toBe('till');
      // Resolves when the transaction is done; strict durability has it on disk.
      await page.evaluate(
        () =>
          new Promise<void>((resolve, reject) => {
            const open = indexedDB.open('slots', 1);
            open.onupgradeneeded = () => open.result.createObjectStore('slots');
            open.onsuccess = () => {
              const write = open.result.transaction('slots', 'readwrite', { durability: 'strict' });
              write.objectStore('slots').put('release 7', 'running');
              write.oncomplete = () => resolve();
              write.onerror = () => reject(write.error);
            };
          }),
      );
      first.kill('SIGKILL');
      expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
      await vi.waitFor(() => expect(processesNaming(profile)).toEqual([]), { timeout: 10_000 });

      const second = await launchChromium({
        userDataDirectory: profile,
        headless: true,
        extraArguments: [FIRST_PAGE],
      });
      expect(second.pid).not.toBe(first.pid);
      const again = await openPage(second, url);
      const running = await again.evaluate(
        () =>
          new Promise((resolve) => {
            const open = indexedDB.open('slots', 1);
            open.onsuccess = () => {
              const read = open.result.transaction('slots').objectStore('slots').get('running');
              read.onsuccess = () => resolve(read.result);
            };
          }),
      );
      expect(running).toBe('release 7');
      second.kill('SIGKILL');
      await second.exited;
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves no process behind when its program gets %s',
    { timeout: SLOW_MS },
    async (signal) => {
      const launcher = fileURLToPath(new URL('./chromium.ts', import.meta.url));
      const program = `
        import { launchChromium } from ${JSON.stringify(launcher)};
        await launchChromium({ userDataDirectory: ${JSON.stringify(profile)}, headless: true });
        console.log('started');`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      expect(processesNaming(profile)).not.toEqual([]);
      const ended = new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
      child.kill(signal);
      expect(await ended).toBe(signal);
    },
  );

  it('says why it did not start', { timeout: SLOW_MS }, async () => {
    vi.stubEnv('FIELDFARE_CHROMIUM', '/bin/false');
    await expect(launchChromium({ userDataDirectory: profile, headless: true })).rejects.toThrow(
      /ended at its start/,
    );
    vi.stubEnv('FIELDFARE_CHROMIUM', '/nowhere/chromium');
    await expect(findChromium()).rejects.toThrow(ChromiumUnavailable);
    vi.unstubAllEnvs();
  });
});
