import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { findServers } from './find.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

test('a server in another process is found by what it announces, and not after it has gone (S17)', async () => {
  // Of this test alone: other servers of this machine may announce themselves.
  const signaling = `ws://127.0.0.1:4402/${process.pid}`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'signaling/main.ts', '--port', '0', '--host', '127.0.0.1', '--announce', signaling],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  started.push(child);
  await once(createInterface({ input: child.stdout }), 'line');
  const find = async () =>
    (await findServers({ interfaceAddress: '127.0.0.1' })).filter((server) => server.signaling === signaling);
  expect(await find()).toEqual([
    { name: expect.stringMatching(/^fieldfare-signaling-/), signaling, pages: undefined },
  ]);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(await find()).toEqual([]);
}, 60_000);
