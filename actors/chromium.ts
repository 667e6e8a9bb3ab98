import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export class ChromiumUnavailable extends Error {
  override readonly name = 'ChromiumUnavailable';
}

export interface ChromiumOptions {
  /** The profile: storage survives in it, and no two running browsers share one. Made when it is not there. */
  readonly userDataDirectory: string;
  readonly headless: boolean;
  /** Flags beside the launcher's own, and the address to open, if any. */
  readonly extraArguments?: readonly string[];
  /** A command and its first arguments that run the browser elsewhere, such as `ip netns exec NAME`. */
  readonly launcher?: readonly string[];
  /** How long the browser may take to say its DevTools address. */
  readonly startTimeoutMs?: number;
  /** Ends the browser with SIGKILL when it aborts, also while it starts. */
  readonly signal?: AbortSignal;
}

export interface ChromiumExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Chromium {
  /** DevTools protocol, for `chromium.connectOverCDP` of Playwright. */
  readonly wsEndpoint: string;
  /** Of the browser process, which is also the id of its process group. */
  readonly pid: number;
  /** To every process of the browser. SIGKILL is the power cut of a test; SIGTERM lets it write its profile. No-op after exit. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  readonly exited: Promise<ChromiumExit>;
}

/** A guess: a first start with a cold disk on a busy machine with two cores. Longer hides a browser that hangs. */
const START_TIMEOUT_MS = 30_000;

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The browser to run: $FIELDFARE_CHROMIUM, else one on the PATH, else the one that Playwright has downloaded.
 * @throws ChromiumUnavailable with a sentence that says what to install.
 */
export async function findChromium(): Promise<string> {
  const chosen = process.env.FIELDFARE_CHROMIUM;
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new ChromiumUnavailable(`FIELDFARE_CHROMIUM names "${chosen}", which is not a program.`);
  }
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const command of COMMANDS) {
    const found = directories.map((directory) => join(directory, command)).find(isExecutable);
    if (found !== undefined) return found;
  }
  const downloaded = await playwrightChromium();
  if (downloaded !== undefined) return downloaded;
  throw new ChromiumUnavailable(
    'No Chromium was found. Install the package "chromium" of your system, or name a browser in FIELDFARE_CHROMIUM.',
  );
}

/**
 * Starts a browser in a process group of its own. It does not outlive this process: it ends with a normal exit, with a
 * signal, and, by its DevTools pipe closing, also when this process is killed.
 */
export async function launchChromium(options: ChromiumOptions): Promise<Chromium> {
  const command = [...(options.launcher ?? []), await findChromium()];
  const allArguments = [...command.slice(1), ...flags(options), ...(options.extraArguments ?? [])];
  const child = spawn(command[0]!, allArguments, {
    detached: true,
    // 3 and 4 are the DevTools pipe.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<ChromiumExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  (child.stdio[4] as NodeJS.ReadableStream).resume();
  for (const pipe of [child.stdio[3], child.stdio[4]]) pipe?.on('error', () => {});

  const group = { child, running: true };
  keepUntilExit(group);
  const onAbort = () => signalGroup(group, 'SIGKILL');
  options.signal?.addEventListener('abort', onAbort);
  // It may have aborted while the browser was looked for.
  if (options.signal?.aborted) onAbort();
  void exited.then(() => {
    // The browser process is gone; helpers of a crashed one are not.
    signalGroup(group, 'SIGKILL');
    group.running = false;
    options.signal?.removeEventListener('abort', onAbort);
    groups.delete(group);
  });

  try {
    const wsEndpoint = await devToolsAddress(child, exited, options.startTimeoutMs ?? START_TIMEOUT_MS);
    return { wsEndpoint, pid: child.pid!, exited, kill: (signal) => signalGroup(group, signal) };
  } catch (error) {
    signalGroup(group, 'SIGKILL');
    throw error;
  }
}

function flags({ userDataDirectory, headless }: ChromiumOptions): string[] {
  return [
    `--user-data-dir=${userDataDirectory}`,
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
    ...(headless ? ['--headless=new', '--disable-gpu'] : []),
    // Chromium refuses to start as root with its sandbox; anyone else keeps it.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--no-first-run',
    '--no-default-browser-check',
    '--hide-crash-restore-bubble',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // The list below an address bar, which nobody sees: a renderer and 0.9 of the 1.6 CPU seconds of a start of Chromium 156.
    '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
  ];
}

function devToolsAddress(
  child: ChildProcess,
  exited: Promise<ChromiumExit>,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const lastWords: string[] = [];
    const timer = setTimeout(
      () => reject(new ChromiumUnavailable(`Chromium did not start within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    );
    // Read to the end: a full pipe would stop the browser.
    createInterface({ input: child.stderr! }).on('line', (line) => {
      const address = /^DevTools listening on (ws:\/\/\S+)/.exec(line)?.[1];
      if (address === undefined) {
        lastWords.push(line);
        if (lastWords.length > 10) lastWords.shift();
        return;
      }
      clearTimeout(timer);
      resolve(address);
    });
    child.once('error', (error) =>
      reject(new ChromiumUnavailable(`Chromium could not be run: ${error.message}`)),
    );
    void exited.then(({ code, signal }) => {
      clearTimeout(timer);
      reject(
        new ChromiumUnavailable(`Chromium ended at its start (${signal ?? code}):\n${lastWords.join('\n')}`),
      );
    });
  });
}

interface ProcessGroup {
  readonly child: ChildProcess;
  running: boolean;
}

const groups = new Set<ProcessGroup>();
let watching = false;

function signalGroup(group: ProcessGroup, signal: NodeJS.Signals): void {
  if (!group.running || group.child.pid === undefined) return;
  try {
    process.kill(-group.child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function keepUntilExit(group: ProcessGroup): void {
  groups.add(group);
  if (watching) return;
  watching = true;
  const killAll = () => {
    for (const one of groups) signalGroup(one, 'SIGKILL');
  };
  process.on('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const onSignal = () => {
      // Whoever else listens stops the program its own way, and its exit ends the browsers.
      if (process.listenerCount(signal) > 1) return;
      killAll();
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function playwrightChromium(): Promise<string | undefined> {
  try {
    const { chromium } = await import('playwright');
    const path = chromium.executablePath();
    return isExecutable(path) ? path : undefined;
  } catch {
    // Playwright is for development only.
    return undefined;
  }
}
