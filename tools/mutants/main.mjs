#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runPlanted } from './planted.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));

const HELP = `Usage: npm run mutants -- PATH... [--tests GLOB...] [--json FILE]
       npm run mutants -- --planted [PATH...] [--json FILE] [--table FILE]

Changes the code at each PATH, one fault at a time, in a copy, and runs the unit tests that reach the changed line. Prints
each fault that no test noticed: either a test is missing, or the code says more than it needs to.

  PATH         a file, or a folder with all its code
  --tests GLOB only these tests; all unit tests that import the code unless told
  --planted    the faults of tools/mutants/planted instead, those in PATH or all: each is put into a copy, and the unit tests
               that are to notice it are run; fails when one went unnoticed
  --table FILE writes the table of these below its head in a Markdown file, docs/planted-faults.md say
  --json FILE  writes the figures
  --help       says this
`;

class UsageError extends Error {}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error) throw error;
  return status ?? 1;
}

/** Globs of the code at a path, without its tests. */
function mutateGlobs(path) {
  const file = relative(ROOT, join(process.cwd(), path));
  if (!existsSync(join(ROOT, file))) throw new UsageError(`There is nothing at ${path}.`);
  if (statSync(join(ROOT, file)).isFile()) return [file];
  return [
    `${file}/**/*.{ts,tsx}`,
    `!${file}/**/*.test.{ts,tsx}`,
    `!${file}/**/testing/**`,
    `!${file}/**/acceptance/**`,
  ];
}

/** Faults by what became of them. */
function countOf(report, status) {
  return Object.values(report.files)
    .flatMap(({ mutants }) => mutants)
    .filter((mutant) => mutant.status === status).length;
}

function writeFigures(file, report, paths) {
  const rows = Object.entries(report.files).map(([name, { mutants }]) => ({
    file: name,
    faults: mutants.length,
    noticed: mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length,
  }));
  const faults = rows.reduce((sum, row) => sum + row.faults, 0);
  const noticed = rows.reduce((sum, row) => sum + row.noticed, 0);
  const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
  const share = faults === 0 ? 1 : noticed / faults;
  const aims = [
    {
      name: 'faults noticed',
      value: share,
      unit: 'of 1',
      aim: 0.8,
      direction: 'atLeast',
      holds: share >= 0.8,
    },
  ];
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
  const figures = { name: `mutants ${paths.join(' ')}`, machine, commit, seed: 0, rows, aims };
  writeFileSync(file, `${JSON.stringify(figures, undefined, 2)}\n`);
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tests: { type: 'string', multiple: true },
      planted: { type: 'boolean' },
      table: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.planted) return runPlanted(positionals, values);
  if (positionals.length === 0) throw new UsageError('Say which code to change: npm run mutants -- PATH...');
  if (!existsSync(join(HERE, 'node_modules')))
    if (run('npm', ['ci', '--no-audit', '--no-fund', '--legacy-peer-deps'], { cwd: HERE }) !== 0) return 1;
  const work = mkdtempSync(join(tmpdir(), 'fieldfare-mutants-'));
  try {
    const reportFile = join(work, 'report.json');
    const config = join(work, 'stryker.config.json');
    writeFileSync(
      config,
      JSON.stringify({
        testRunner: 'vitest',
        plugins: [join(HERE, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
        vitest: { configFile: 'tools/mutants/vitest.config.ts', related: values.tests === undefined },
        mutate: positionals.flatMap(mutateGlobs),
        tempDirName: join(work, 'copy'),
        ignorePatterns: ['/dist', '/tools/mutants/node_modules'],
        concurrency: cpus().length,
        reporters: ['progress-append-only', 'clear-text', 'json'],
        clearTextReporter: { reportTests: false, logTests: false },
        jsonReporter: { fileName: reportFile },
      }),
    );
    const env = { ...process.env, ...(values.tests && { MUTANTS_TESTS: values.tests.join(' ') }) };
    const stryker = join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const status = run(process.execPath, [stryker, 'run', config], { env });
    if (!existsSync(reportFile)) return status || 1;
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    console.log(`${countOf(report, 'Survived') + countOf(report, 'NoCoverage')} faults that no test noticed`);
    if (values.json !== undefined) writeFigures(values.json, report, positionals);
    return status;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  process.exitCode = main() || 0;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
