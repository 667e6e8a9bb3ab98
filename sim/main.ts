#!/usr/bin/env -S npx tsx
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { aimOf, currentCommit, formatReport, machineFacts, type Report, type Row } from '../report/report.ts';
import { SCENARIOS } from './scenarios/index.ts';

const HELP = `Usage: npm run sim -- SCENARIO [--nodes N] [--seed S] [--json FILE]

Runs a fleet of simulated nodes around the same core that browsers run, in virtual time. The same seed gives the same course of
events, and the same trace hash, on every machine.

  --nodes N     nodes in all, 1000 unless told
  --seed S      everything random follows from it, 1 unless told
  --json FILE   writes the figures
  --list        names the scenarios
  --help        says this
`;

const LIST = Object.entries(SCENARIOS)
  .map(([name, { description }]) => `  ${name.padEnd(16)}${description}`)
  .join('\n');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
const scenario = name === undefined ? undefined : SCENARIOS[name];
const nodes = Number(values.nodes);
const seed = Number(values.seed);

if (values.list) console.log(LIST);
else if (values.help || name === undefined) process.stdout.write(`${HELP}\n${LIST}\n`);
else if (scenario === undefined) refuse(`no scenario "${name}": take one of\n${LIST}`);
else if (!Number.isSafeInteger(nodes) || nodes < 10 || nodes > 100_000)
  refuse('--nodes is a whole number from 10 to 100000');
else if (!Number.isSafeInteger(seed) || seed < 0) refuse('--seed is a whole number from 0 up');
else simulate(name, scenario);

function refuse(what: string): void {
  process.stderr.write(`${what}\n`);
  process.exitCode = 2;
}

function simulate(scenarioName: string, { description, run }: (typeof SCENARIOS)[string]): void {
  const machine = machineFacts();
  console.log(`${scenarioName}: ${description}\n${nodes} nodes, seed ${seed}\n`);
  const before = process.cpuUsage();
  let mostHeapBytes = 0;
  const outcome = run({
    nodes,
    seed,
    progress: (line) => {
      mostHeapBytes = Math.max(mostHeapBytes, process.memoryUsage().heapUsed);
      progress(line);
    },
  });
  progress('');
  const cost: Row = {
    phase: 'cost of the simulation',
    trace: outcome.trace,
    events: outcome.eventsHandled,
    cpuSeconds: process.cpuUsage(before).user / 1e6,
    heapBytesPerNode: Math.round(mostHeapBytes / nodes),
  };
  const report: Report = {
    name: `sim ${scenarioName} ${nodes}`,
    machine,
    commit: currentCommit(),
    seed,
    rows: [...outcome.rows, cost],
    aims: outcome.aims.map(aimOf),
  };
  console.log(formatReport({ ...report, rows: sideBySide(report.rows) }));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (report.aims.some(({ holds }) => !holds)) process.exitCode = 1;
}

/** A line for each figure and a column for each phase. */
function sideBySide(rows: readonly Row[]): readonly Row[] {
  const figures = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (figure) => figure !== 'phase',
  );
  return figures.map((figure) => ({
    figure,
    ...Object.fromEntries(
      rows.filter((row) => row[figure] !== undefined).map((row) => [String(row.phase), row[figure]!]),
    ),
  }));
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}
