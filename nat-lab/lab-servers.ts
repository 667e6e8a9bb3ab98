import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LabNetwork, SECOND_STUN_ADDRESS, TURN_ADDRESS, WEB_ADDRESS, WEB_PORT } from './network.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A guess: tsx compiles the sources at each start, on two cores that browsers keep busy. */
const START_TIMEOUT_MS = 60_000;
const TURN_PORT = 3478;

/** `fieldfare serve` with its signaling server, and coturn, on the lab's server. */
export interface LabServers {
  readonly shellUrl: string;
  /** As if the machine of the site lost power; coturn goes on. */
  killSite(): Promise<void>;
  startSite(): Promise<void>;
  /** Idempotent. */
  close(): void;
}

export async function startLabServers(network: LabNetwork, directory: string): Promise<LabServers> {
  const secret = randomBytes(16).toString('hex');
  const secretFile = join(directory, 'turn-secret');
  await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
  const children = new Set<ChildProcess>();

  const start = async (name: string, command: readonly string[], says: string): Promise<ChildProcess> => {
    const [first, ...rest] = [...network.on('server'), ...command];
    const child = spawn(first!, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    await saying(child, name, says);
    return child;
  };

  const startSite = async () => {
    const turn = `turn:${TURN_ADDRESS}:${TURN_PORT}`;
    site = await start(
      'fieldfare serve',
      [
        ...[process.execPath, '--import', 'tsx', 'cli/main.ts', 'serve'],
        ...['--host', WEB_ADDRESS, '--port', String(WEB_PORT)],
        ...['--stun', `stun:${TURN_ADDRESS}:${TURN_PORT}`],
        ...['--stun', `stun:${SECOND_STUN_ADDRESS}:${TURN_PORT}`],
        ...['--turn', `${turn}?transport=udp`, '--turn', `${turn}?transport=tcp`],
        ...['--turn-secret-file', secretFile],
      ],
      `:${WEB_PORT}`,
    );
  };

  let site: ChildProcess | undefined;
  await start(
    'turnserver',
    [
      ...['turnserver', '-n', '--log-file=stdout', '--no-tls', '--no-dtls', '--no-cli'],
      ...[`--listening-ip=${TURN_ADDRESS}`, `--listening-ip=${SECOND_STUN_ADDRESS}`],
      ...[`--relay-ip=${TURN_ADDRESS}`, `--listening-port=${TURN_PORT}`],
      ...['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=fieldfare.test'],
      ...[`--pidfile=${join(directory, 'turnserver.pid')}`, `--userdb=${join(directory, 'turnserver.db')}`],
    ],
    'IO method (auth thread)',
  );
  await startSite();

  return {
    shellUrl: `http://${WEB_ADDRESS}:${WEB_PORT}`,
    async killSite() {
      if (site === undefined || site.exitCode !== null) return;
      const gone = once(site, 'exit');
      site.kill('SIGKILL');
      await gone;
      site = undefined;
    },
    startSite,
    close() {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

function saying(child: ChildProcess, name: string, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const timer = setTimeout(
      () => reject(new Error(`${name} did not start within ${START_TIMEOUT_MS} ms:\n${said.join('\n')}`)),
      START_TIMEOUT_MS,
    );
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended at its start (${code}):\n${said.join('\n')}`));
    });
    // Read to the end: a full pipe would stop the server.
    for (const output of [child.stdout!, child.stderr!])
      createInterface({ input: output }).on('line', (line) => {
        if (said.length < 50) said.push(line);
        if (!line.includes(what)) return;
        clearTimeout(timer);
        resolve();
      });
  });
}
