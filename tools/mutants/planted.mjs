import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const LISTS = join(HERE, 'planted');

/**
 * A fault planted by hand: in `file` the text `find`, which stands there once, gives way to `replace`. `tests` are the unit tests that
 * are to notice. `since` marks those that no test noticed when they were planted first.
 * @typedef {{ file: string, fault: string, find: string, replace: string, tests: string[], since?: true }} PlantedFault
 */

/** @returns {PlantedFault[]} */
export function plantedFaults() {
  const lists = readdirSync(LISTS).filter((name) => name.endsWith('.json'));
  return lists.sort().flatMap((name) => JSON.parse(readFileSync(join(LISTS, name), 'utf8')));
}

/** The file's text with the fault in it. Throws where the text is not there, or not once. */
export function plant({ file, find, replace }, text) {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, and not once: ${find}`);
  return parts.join(replace);
}

/** The tree as it is, without what git does not know. */
function copyTree(to) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  for (const file of listed.stdout.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(ROOT, file), join(to, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(to, 'node_modules'));
}

/** The first test that failed, "file: name"; undefined when all passed. */
function firstFailure(tree, tests) {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(tree, 'node_modules/vitest/vitest.mjs');
  const args = [
    'run',
    '--project',
    'unit',
    '--bail=1',
    '--reporter=json',
    `--outputFile=${report}`,
    ...tests,
  ];
  // Random histories are as many as find a planted fault, and always the same ones.
  const env = { ...process.env, LEDGER_SEED: '1', LEDGER_RUNS: '1000' };
  const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: tree, stdio: 'ignore', env });
  if (status === 0) return undefined;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name, message, assertionResults } of testResults) {
    const failed = assertionResults.find((result) => result.status === 'failed');
    const file = relative(tree, name);
    if (failed !== undefined) return `${file}: ${failed.fullName}`;
    if (message !== '') return `${file}: does not start`;
  }
  return 'the run itself failed';
}

/** @param {PlantedFault[]} faults */
function figuresOf(rows) {
  const noticed = rows.filter((row) => row.noticedBy !== undefined).length;
  const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
  const aims = [
    {
      name: 'planted faults that no test noticed',
      value: rows.length - noticed,
      unit: 'faults',
      aim: 0,
      direction: 'atMost',
      holds: noticed === rows.length,
    },
  ];
  return { name: 'mutants --planted', machine, commit, seed: 1, rows, aims };
}

/** Writes the rows below the head of the table in a Markdown file, in place of those that are there. */
function writeTable(file, rows) {
  const text = readFileSync(file, 'utf8');
  const head = '|---|---|---|---|\n';
  const at = text.indexOf(head) + head.length;
  const cell = (words) => words.replaceAll('|', '\\|');
  const lines = rows.map(({ file: code, fault, noticedBy, since }) => {
    const [test, ...name] = (noticedBy ?? 'nobody').split(': ');
    return `| \`${code}\` | ${cell(fault)} | \`${test}\`${cell(name.length > 0 ? `: ${name.join(': ')}` : '')} | ${since ? 'new' : ''} |\n`;
  });
  writeFileSync(file, text.slice(0, at) + lines.join(''));
}

/** Plants each fault whose file begins with one of `paths`, or all; 0 when every one was noticed. */
export function runPlanted(paths, { json, table }) {
  const faults = plantedFaults().filter(
    ({ file }) => paths.length === 0 || paths.some((path) => file.startsWith(path)),
  );
  const tree = mkdtempSync(join(tmpdir(), 'fieldfare-planted-'));
  try {
    copyTree(tree);
    const broken = firstFailure(tree, [...new Set(faults.flatMap(({ tests }) => tests))]);
    if (broken !== undefined) throw new Error(`Without any fault this fails: ${broken}`);
    const rows = faults.map((fault, index) => {
      const place = join(tree, fault.file);
      const sound = readFileSync(place, 'utf8');
      writeFileSync(place, plant(fault, sound));
      const noticedBy = firstFailure(tree, fault.tests);
      writeFileSync(place, sound);
      console.log(
        `${index + 1}/${faults.length} ${fault.file}: ${fault.fault}\n    ${noticedBy ?? 'NOBODY NOTICED'}`,
      );
      const { file, fault: words, since } = fault;
      return { file, fault: words, noticedBy, ...(since && { since }) };
    });
    const figures = figuresOf(rows);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, undefined, 2)}\n`);
    if (table !== undefined) writeTable(table, rows);
    console.log(`${figures.aims[0].value} of ${rows.length} planted faults that no test noticed`);
    return figures.aims[0].holds ? 0 : 1;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}
