#!/usr/bin/env -S npx tsx
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { aimOf, currentCommit, formatReport, machineFacts, type Report, type Row } from '../report/report.ts';
import { LAN_NODE_CONFIG, type NodeConfig, WAN_NODE_CONFIG } from '../src/core/node/node-config.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { pathsOf, SettingRefused, withSettings } from './sweep/settings.ts';
import { sweep } from './sweep/sweep.ts';

const HELP = `Usage: npm run sim -- SCENARIO [--nodes N] [--seed S] [--preset P] [--network W] [--set PATH=NUMBER]... [--json FILE]
       npm run sim -- sweep [--nodes N] [--seed S] [--seeds M] [--json FILE]

Runs a fleet of simulated nodes around the same core that browsers run, in virtual time. The same seed gives the same course of
events, and the same trace hash, on every machine. \`sweep\` tries values of the settings that matter, and shows what each trades.

  --nodes N     nodes in all, 1000 unless told; 100 in a sweep
  --seed S      everything random follows from it, 1 unless told
  --seeds M     of so many seeds a sweep gives the mean, 2 unless told
  --preset P    what nodes are set to: wan, unless told, or lan
  --network W   sites, unless told, or lan: all nodes on one LAN
  --set P=N     one setting of theirs, as plumtree.graft.leastMs=50; may be given again. --settings names them
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
    nodes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '2' },
    preset: { type: 'string', default: 'wan' },
    network: { type: 'string', default: 'sites' },
    set: { type: 'string', multiple: true, default: [] },
    settings: { type: 'boolean', default: false },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
const scenario = name === undefined ? undefined : SCENARIOS[name];
const isSweep = name === 'sweep';
const nodes = Number(values.nodes ?? (isSweep ? 100 : 1_000));
const seeds = Number(values.seeds);
const seed = Number(values.seed);

if (values.list) console.log(LIST);
else if (values.settings) console.log(pathsOf(WAN_NODE_CONFIG).join('\n'));
else if (values.help || name === undefined) process.stdout.write(`${HELP}\n${LIST}\n`);
else if (scenario === undefined && !isSweep) refuse(`no scenario "${name}": take one of\n${LIST}`);
else if (!Number.isSafeInteger(nodes) || nodes < 10 || nodes > 100_000)
  refuse('--nodes is a whole number from 10 to 100000');
else if (!Number.isSafeInteger(seed) || seed < 0) refuse('--seed is a whole number from 0 up');
else if (!Number.isSafeInteger(seeds) || seeds < 1 || seeds > 100)
  refuse('--seeds is a whole number from 1 to 100');
else if (values.preset !== 'wan' && values.preset !== 'lan') refuse('--preset is wan or lan');
else if (values.network !== 'sites' && values.network !== 'lan') refuse('--network is sites or lan');
else if (scenario === undefined) runSweep();
else simulate(name, scenario, values.network);

function configOf(): NodeConfig | undefined {
  try {
    return withSettings(values.preset === 'lan' ? LAN_NODE_CONFIG : WAN_NODE_CONFIG, values.set);
  } catch (error) {
    if (!(error instanceof SettingRefused)) throw error;
    refuse(error.message);
    return undefined;
  }
}

function runSweep(): void {
  console.log(`sweep: what settings trade, ${nodes} nodes, ${seeds} seeds from ${seed}\n`);
  const report: Report = {
    name: `sim sweep ${nodes}`,
    machine: machineFacts(),
    commit: currentCommit(),
    seed,
    rows: sweep({ nodes, seed, seeds, progress }),
    aims: [],
  };
  progress('');
  console.log(formatReport(report));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
}

function refuse(what: string): void {
  process.stderr.write(`${what}\n`);
  process.exitCode = 2;
}

function simulate(
  scenarioName: string,
  { description, run }: (typeof SCENARIOS)[string],
  network: 'sites' | 'lan',
): void {
  const config = configOf();
  if (config === undefined) return;
  const machine = machineFacts();
  console.log(`${scenarioName}: ${description}\n${nodes} nodes, seed ${seed}\n`);
  const before = process.cpuUsage();
  let mostHeapBytes = 0;
  const outcome = run({
    nodes,
    seed,
    config,
    network,
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
