import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A guess: tsx compiles the sources at each start, on two cores that browsers keep busy. */
const START_TIMEOUT_MS = 60_000;
/** Below the ports that systems hand out by themselves, so that nobody takes one between a kill and a restart. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_000;

/** A server of Fieldfare in a process of its own, always on the same port. */
export interface ServerActor {
  readonly port: number;
  /** As if its machine lost power. Resolves when the process is gone; no-op when it is. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port. */
  restart(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface SiteActor extends ServerActor {
  /** Origin of the dashboard and of the kiosk page, without a slash at its end. */
  readonly shellUrl: string;
}

export interface SignalingActor extends ServerActor {
  /** As `--signaling` of `serve` takes it. */
  readonly url: string;
}

export interface SiteActorOptions {
  /** Signaling servers that the pages use; absent: the site runs its own, which dies with it. */
  readonly signaling?: readonly string[];
  /** The built pages; absent: those of $FIELDFARE_PAGES, else of `npm run build`. */
  readonly pagesDirectory?: string;
}

/** `fieldfare serve` on two free neighbouring ports. */
export async function openSite(options: SiteActorOptions = {}): Promise<SiteActor> {
  const port = await findFreePair();
  const pages = options.pagesDirectory ?? process.env.FIELDFARE_PAGES;
  const server = await startServer(port, [
    'cli/main.ts',
    'serve',
    '--port',
    String(port),
    ...(pages === undefined ? [] : ['--pages', pages]),
    ...(options.signaling === undefined ? [] : ['--no-signaling']),
    ...(options.signaling ?? []).flatMap((url) => ['--signaling', url]),
  ]);
  return { ...server, shellUrl: `http://localhost:${port}` };
}

/** The signaling server alone. */
export async function openSignaling(): Promise<SignalingActor> {
  const port = await findFreePair();
  const server = await startServer(port, ['signaling/main.ts', '--port', String(port)]);
  return { ...server, url: `ws://localhost:${port}` };
}

/** A signaling server that announces itself by multicast DNS. */
export async function openAnnouncedSignaling(): Promise<SignalingActor> {
  const port = await findFreePair();
  const url = `ws://127.0.0.1:${port}/`;
  const server = await startServer(port, [
    'signaling/main.ts',
    ...['--port', String(port), '--host', '0.0.0.0', '--announce', url],
  ]);
  return { ...server, url };
}

async function startServer(port: number, command: readonly string[]): Promise<ServerActor> {
  let running: ChildProcess | undefined;
  let exited = Promise.resolve();

  const start = async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...command], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const endWithTests = () => child.kill('SIGKILL');
    process.once('exit', endWithTests);
    running = child;
    exited = new Promise((resolve) => {
      child.once('exit', () => {
        process.off('exit', endWithTests);
        running = undefined;
        resolve();
      });
    });
    await listening(child, port, command.join(' '));
  };

  const kill = async () => {
    running?.kill('SIGKILL');
    await exited;
  };

  await start();
  return {
    port,
    kill,
    restart: async () => {
      if (running !== undefined) throw new Error(`port ${port} is still served: kill it first`);
      await start();
    },
    close: kill,
  };
}

/** Both servers name their address once they listen. */
function listening(child: ChildProcess, port: number, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const give = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`"${command}" ${why}; it said:\n${said.join('\n')}`));
    };
    const timer = setTimeout(() => give(`did not listen within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    child.once('exit', (code, signal) => give(`ended at its start (${signal ?? code})`));
    child.once('error', (error) => give(`could not be started: ${error.message}`));
    // Read to the end: a full pipe would stop the server.
    for (const output of [child.stdout!, child.stderr!])
      createInterface({ input: output }).on('line', (line) => {
        if (said.length < 50) said.push(line);
        if (!line.includes(`:${port}`)) return;
        clearTimeout(timer);
        resolve();
      });
  });
}

/** Two neighbouring ports that nobody listens on, on any address: the pages take one each. */
async function findFreePair(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + 2 * Math.floor((Math.random() * (LAST_PORT - FIRST_PORT)) / 2);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe: Server = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, 'localhost', () => probe.close(() => resolve(true)));
  });
}
