#!/usr/bin/env -S npx tsx
import { writeFileSync } from 'node:fs';
import { defineCommand, runMain } from 'citty';
import { currentCommit, formatReport, machineFacts, type Report } from '../report/report.ts';
import type { Bench } from './bench.ts';

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  dashboard: () => import('./dashboard.ts').then(({ dashboard }) => dashboard),
  gossip: () => import('./gossip.ts').then(({ gossip }) => gossip),
  ledger: () => import('./ledger.ts').then(({ ledger }) => ledger),
  link: () => import('./link.ts').then(({ link }) => link),
  reconcile: () => import('./reconcile.ts').then(({ reconcile }) => reconcile),
  signaling: () => import('./signaling.ts').then(({ signaling }) => signaling),
  swarm: () => import('./swarm.ts').then(({ swarm }) => swarm),
  verify: () => import('./verify.ts').then(({ verify }) => verify),
};

const main = defineCommand({
  meta: {
    name: 'bench',
    description: `Measures one part beside its public peers, on this machine, in one run. Parts: ${Object.keys(BENCHES).join(', ')}.`,
  },
  args: {
    name: { type: 'positional', description: `One of: ${Object.keys(BENCHES).join(', ')}`, required: true },
    json: { type: 'string', description: 'Write the figures to this file' },
    seed: { type: 'string', description: 'Everything random follows from this number', default: '1' },
    rounds: { type: 'string', description: 'Rounds of each measurement, at least 3', default: '5' },
  },
  run: async ({ args }) => {
    const load = BENCHES[args.name];
    const seed = Number(args.seed);
    const rounds = Number(args.rounds);
    if (load === undefined)
      throw new Error(`no bench "${args.name}": take one of ${Object.keys(BENCHES).join(', ')}`);
    if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed is a whole number from 0 up');
    if (!Number.isSafeInteger(rounds) || rounds < 3) throw new Error('--rounds is a whole number from 3 up');
    const bench = await load();
    const machine = machineFacts();
    console.log(
      `${args.name}: ${bench.description}\n${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n`,
    );
    const outcome = await bench.run({ seed, rounds, progress });
    progress('');
    const report: Report = { name: args.name, machine, commit: currentCommit(), seed, ...outcome };
    console.log(formatReport(report));
    if (args.json !== undefined) writeFileSync(args.json, `${JSON.stringify(report, undefined, 2)}\n`);
  },
});

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (line !== '') process.stderr.write(`${line}\n`);
}

// What a bench started ends with it: its handlers of `exit` run.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
await runMain(main);
