#!/usr/bin/env node
// One process from here to the end: a shell or a runner in between would keep npm's signals from the demo, and the
// demo would outlive it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const setup = fileURLToPath(new URL('setup.mjs', import.meta.url));
const { status, signal } = spawnSync(process.execPath, [setup, '--deps', '--chromium', '--build'], {
  stdio: 'inherit',
});
if (signal !== null) process.kill(process.pid, signal);
else if (status !== 0) process.exitCode = 1;
else {
  // Not there before the set-up.
  const { register } = await import('tsx/esm/api');
  register();
  await import('../../demo/main.ts');
}
