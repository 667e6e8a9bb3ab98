import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openOperator } from '../actors/operator-actor.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Browsers on two cores that others use as well. */
const SLOW_MS = 240_000;

interface Demo {
  readonly output: () => string;
  /** Resolves when the output has the text; rejects when the demo ends before. */
  says(text: string | RegExp): Promise<void>;
  /** To npm alone, as `kill` does, or to its group, as a terminal does on Ctrl-C. */
  signal(signal: NodeJS.Signals, to: 'npm' | 'group'): void;
  readonly exitCode: Promise<number | null>;
}

let work: string;
let running: ChildProcess | undefined;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'fieldfare-e2e-'));
  await mkdir(join(work, 'tmp'));
});
afterEach(async () => {
  if (running?.exitCode === null && running.signalCode === null) process.kill(-running.pid!, 'SIGKILL');
  await vi.waitFor(async () => expect(await processesIn(work)).toEqual([]), { timeout: 20_000 });
  await rm(work, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

/** As a person runs it; its temporary files go below `work`, which also tells its processes from others'. */
function startDemo(...args: readonly string[]): Demo {
  const child = spawn('npm', ['run', '--silent', 'demo', '--', ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: join(work, 'tmp') },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of watchers) look();
    });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    output: () => output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!(typeof text === 'string' ? output.includes(text) : text.test(output))) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
        void exitCode.then(() => reject(new Error(`the demo ended before it said "${text}":\n${output}`)));
      }),
    signal: (signal, to) => process.kill(to === 'group' ? -child.pid! : child.pid!, signal),
    exitCode,
  };
}

/** Command lines of the processes that were started with a folder below `folder`. */
async function processesIn(folder: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines
    .filter((line) => line.includes(folder))
    .map((line) => line.replaceAll('\0', ' ').slice(0, 200));
}

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await processesIn(work)).toEqual([]);
      const left = await readdir(join(work, 'tmp'));
      expect(left.filter((name) => name.startsWith('fieldfare-'))).toEqual([]);
    },
    { timeout: 20_000 },
  );
}

describe.runIf(process.platform === 'linux')('the demo', () => {
  it('brings two kiosks from nothing to the last of two releases, and writes what it took', {
    timeout: SLOW_MS,
  }, async () => {
    const file = join(work, 'figures.json');
    const demo = startDemo('--once', '--devices', '2', '--json', file);
    expect(await demo.exitCode, demo.output()).toBe(0);
    const figures = JSON.parse(await readFile(file, 'utf8'));
    expect(figures).toMatchObject({
      devices: 2,
      ok: true,
      releases: [
        { version: await versionOf('swagger-ui-previous'), committed: 2 },
        { version: await versionOf('swagger-ui-next'), committed: 2 },
      ],
    });
    const [first, second] = figures.releases;
    // Two devices need two copies, of the scripts alone too; what both releases have is fetched once.
    expect(first.bytesFromPublisher + first.bytesFromPeers).toBeGreaterThan(
      2 * (await scriptBytesOf('swagger-ui-previous')),
    );
    expect(second.bytesFromPublisher + second.bytesFromPeers).toBeLessThan(
      first.bytesFromPublisher + first.bytesFromPeers,
    );
    expect(first.seconds).toBeGreaterThan(0);
    await expectNothingLeft();
  });

  it('fails with a sentence when a release does not come through its trial', {
    timeout: SLOW_MS,
  }, async () => {
    const app = await webApp('till', '1.0.0', 'document.body.append("open");');
    const broken = await webApp('till', '1.0.1', 'throw new Error("no drawer");');
    const file = join(work, 'figures.json');
    const demo = startDemo('--once', '--devices=1', '--release', app, '--release', broken, '--json', file);
    expect(await demo.exitCode).toBe(1);
    expect(demo.output()).toContain('no drawer');
    expect(demo.output()).toContain(
      'Not every device runs till 1.0.1. Kiosk 1 is rolled-back and runs 1.0.0.',
    );
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      ok: false,
      releases: [
        { version: '1.0.0', committed: 1 },
        { version: '1.0.1', committed: 0, seconds: null },
      ],
    });
    await expectNothingLeft();
  });

  it('lets a fresh browser in as an operator at its end, and ends whole on Ctrl-C', {
    timeout: SLOW_MS,
  }, async () => {
    const app = await webApp('till', '1.0.0', 'document.body.append("open");');
    const demo = startDemo('--devices', '1', '--release', app);
    await demo.says('Ctrl-C stops it.');
    const invitation = /^http\S+#\/join\/\S+$/m.exec(demo.output())?.[0] ?? '';
    const { origin, hash } = new URL(invitation);
    const person = await openOperator({
      profile: join(work, 'person'),
      shellUrl: origin,
      path: `/${hash}`,
    });
    try {
      // The link fills itself in; joining takes a name and a click.
      const form = person.page.getByRole('form', { name: 'Join with a link' });
      await form.getByLabel('Your name').fill('A friend');
      await form.getByRole('button', { name: 'Join fleet' }).click();
      await vi.waitFor(
        async () => expect((await person.devices()).get('Kiosk 1')).toMatchObject({ version: '1.0.0' }),
        { timeout: 60_000, interval: 500 },
      );
      await person.goTo('/settings');
      await person.page
        .locator('[data-person-name="A friend"]', { hasText: 'operator' })
        .waitFor({ timeout: 60_000 });
    } finally {
      await person.kill();
    }
    demo.signal('SIGINT', 'group');
    expect(await demo.exitCode).toBe(0);
    await expectNothingLeft();
  });

  it.each([
    ['while its browsers start', /^Servers on/m, 'SIGINT', 'group'],
    ['while it admits devices', 'Admitted Kiosk 1', 'SIGTERM', 'npm'],
    ['while a release is fetched', /^Kiosk 1 +fetching/m, 'SIGINT', 'npm'],
    ['while a release is on trial', /^Kiosk 1 +(probation|committed)/m, 'SIGTERM', 'group'],
  ] as const)(
    'leaves nothing behind when it is stopped %s',
    {
      timeout: SLOW_MS,
    },
    async (_when, text, signal, to) => {
      const demo = startDemo('--devices', '2');
      await demo.says(text);
      demo.signal(signal, to);
      expect(await demo.exitCode).not.toBe(0);
      await expectNothingLeft();
    },
  );

  it.each([
    ['a folder that is not there', ['--release', '/nowhere/app'], /There is no folder "\/nowhere\/app"/],
    ['no devices', ['--devices', '0'], /--devices takes a whole number from 1 to 20, not "0"/],
  ])('refuses %s with code 2', async (_what, args, sentence) => {
    const demo = startDemo(...args);
    expect(await demo.exitCode).toBe(2);
    expect(demo.output()).toMatch(sentence);
    await expectNothingLeft();
  });
});

async function versionOf(name: string): Promise<string> {
  return JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}

async function scriptBytesOf(name: string): Promise<number> {
  const folder = join(ROOT, 'node_modules', name);
  const scripts = (await readdir(folder)).filter((file) => file.endsWith('.js'));
  const sizes = await Promise.all(scripts.map((file) => stat(join(folder, file))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

async function webApp(product: string, version: string, script: string): Promise<string> {
  const folder = join(work, `${product}-${version}`);
  await mkdir(folder);
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><body><h1>Till</h1><script src="app.js"></script>',
  );
  await writeFile(join(folder, 'app.js'), script);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: product, version }));
  return folder;
}
