#!/usr/bin/env node
// Plain Node: the first step installs the dependencies.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

const node = (script, ...args) => [process.execPath, join(ROOT, script), ...args];
const tool = (path, ...args) => [process.execPath, join(MODULES, path), ...args];

const REPORTS = mkdtempSync(join(tmpdir(), 'fieldfare-test-'));
const reportOf = (name) => join(REPORTS, `${name}.json`);
/** Vitest with what it shows by itself, and with a report from which the tests that failed are named again at the end. */
const vitest = (name, ...args) =>
  tool(
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportOf(name)}`,
    ...args,
  );

/** `live` steps are long and show their own progress; the others speak only when they fail. */
const STEPS = [
  {
    name: 'setup',
    says: 'dependencies, Chromium, build',
    live: true,
    commands: [node('tools/launch/setup.mjs')],
  },
  {
    name: 'lint',
    says: 'format and lint',
    commands: [tool('@biomejs/biome/bin/biome', 'ci', '--error-on-warnings')],
  },
  {
    name: 'types',
    says: 'TypeScript, pages, benches and worker',
    commands: [
      tool('typescript/bin/tsc', '--noEmit', '-p', '.'),
      tool('typescript/bin/tsc', '--noEmit', '-p', 'bench'),
      tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.service-worker.json'),
    ],
  },
  {
    name: 'imports',
    says: 'who may import whom',
    commands: [
      tool(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        'src',
        'actors',
        'bench',
        'cli',
        'demo',
        'e2e',
        'nat-lab',
        'packages',
        'report',
        'signaling',
        'sim',
        'tools',
      ),
    ],
  },
  { name: 'unused', says: 'unused files, exports, dependencies', commands: [tool('knip/bin/knip.js')] },
  {
    name: 'unit',
    says: 'unit tests',
    live: true,
    // By itself vitest keeps a core for itself, which is every other one of a machine of two.
    commands: [vitest('unit', '--project', 'unit', '--maxWorkers=100%')],
  },
  { name: 'size', says: 'budgets of the bundles', commands: [tool('size-limit/bin.js')] },
  {
    name: 'e2e',
    says: 'end to end, in Chromium',
    live: true,
    commands: [vitest('e2e', '--project', 'e2e', '--project', 'e2e-alone')],
  },
  {
    name: 'nat-lab',
    says: 'kiosks behind real NATs; skipped where that cannot be set up',
    live: true,
    commands: [tool('tsx/dist/cli.mjs', 'nat-lab/main.ts', '--allow-skip')],
  },
];
const NAMES = STEPS.map(({ name }) => name);

const HELP = `Usage: npm test -- [--only STEP,...] [--skip STEP,...]

Runs every check, in order, and goes on after one that fails so that all are reported.

${STEPS.map(({ name, says }) => `  ${name.padEnd(8)} ${says}`).join('\n')}

  --only STEP,...  these steps only
  --skip STEP,...  all but these
  --help           say this
`;

let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    running?.kill(signal);
    process.exit(130);
  });
}

function runCommand([command, ...args], live) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (text) => {
      output += text;
    };
    running = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    running.stdout?.setEncoding('utf8').on('data', keep);
    running.stderr?.setEncoding('utf8').on('data', keep);
    running.once('error', (error) => resolve({ holds: false, output: error.message }));
    running.once('close', (code) => resolve({ holds: code === 0, output }));
  });
}

async function runStep({ name, says, commands, live = false }) {
  if (live) console.log(`\n${name}: ${says}`);
  const startedMs = performance.now();
  const failures = [];
  for (const command of commands) {
    const { holds, output } = await runCommand(command, live);
    if (!holds) failures.push(output);
  }
  const holds = failures.length === 0;
  if (!live) for (const output of failures) console.log(`\n${output.trimEnd()}`);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${holds ? 'pass' : 'FAIL'}  ${name.padEnd(8)} ${seconds.padStart(6)} s  ${says}`);
  return holds;
}

/** A line for each test that failed in a step, with where it stands and why; none for a step that left no report. */
function failedTests(name) {
  let files;
  try {
    files = JSON.parse(readFileSync(reportOf(name), 'utf8')).testResults;
  } catch {
    return [];
  }
  const lines = namedFailures(files);
  return lines.length > 0 ? lines : [`${name}: outside its tests; its output above says how`];
}

function namedFailures(files) {
  const firstLine = (text) => text.split('\n', 1)[0];
  return files.flatMap(({ name: path, status, message, assertionResults }) => {
    const where = relative(ROOT, path);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${where}: ${firstLine(message)}`] : [];
    return failed.map(
      (test) => `${where} > ${test.fullName}: ${firstLine(test.failureMessages[0] ?? 'no reason given')}`,
    );
  });
}

/** The names in a comma-separated option; throws a sentence for one that is not a step. */
function named(option, text) {
  const names = text.split(',');
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new Error(`${option} takes ${NAMES.join(', ')}; "${unknown}" is none of them.`);
  return names;
}

async function main() {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, skip: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const only = values.only === undefined ? NAMES : named('--only', values.only);
  const skip = values.skip === undefined ? [] : named('--skip', values.skip);

  const results = [];
  for (const step of STEPS.filter(({ name }) => only.includes(name) && !skip.includes(name))) {
    const holds = await runStep(step);
    results.push({ name: step.name, holds });
    // Without its tools nothing after it says anything.
    if (step.name === 'setup' && !holds) break;
  }
  const failed = results.filter(({ holds }) => !holds).map(({ name }) => name);
  if (failed.length > 0) {
    for (const line of failed.flatMap(failedTests)) console.log(`\n${line}`);
    console.log(`\nfailed: ${failed.join(', ')}`);
    process.exitCode = 1;
  }
  rmSync(REPORTS, { recursive: true, force: true });
  console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
