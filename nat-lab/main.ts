#!/usr/bin/env -S npx tsx
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { onStopSignal } from '../cli/stop-signals.ts';
import { aimOf, currentCommit, formatReport, machineFacts, type Report, type Row } from '../report/report.ts';
import { type Lab, openLab } from './lab.ts';
import { whatIsMissing } from './requirements.ts';
import { SCENARIOS } from './scenarios.ts';

const HELP = `Usage: npm run nat-lab -- [--only SCENARIO,...] [--json FILE] [--allow-skip]

Real kiosks and an operator in Chromium, in network namespaces behind real NATs, with coturn and our own server. In each
scenario a release must get through, and the link must stand on the rung of the ladder that is expected. Needs Linux, root,
iproute2, iptables, coturn and Chromium.

${SCENARIOS.map(({ name, says }) => `  ${name.padEnd(20)} ${says}`).join('\n')}

  --only SCENARIO,...  these scenarios only
  --json FILE          write the figures there
  --allow-skip         where something is missing, say so and end with 0
  --help               say this
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      'allow-skip': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const scenarios = chosen(values.only);
  const missing = await whatIsMissing();
  if (missing !== undefined) {
    console.log(values['allow-skip'] ? `Skipped: ${missing}` : missing);
    process.exitCode = values['allow-skip'] ? 0 : 2;
    return;
  }

  let lab: Lab | undefined;
  let stopped = false;
  process.on('exit', () => lab?.closeNow());
  onStopSignal(async () => {
    stopped = true;
    lab?.closeNow();
    process.exit(130);
  });
  const rows: Row[] = [];
  try {
    lab = await openLab();
    for (const scenario of scenarios) {
      const outcome = await lab.run(scenario);
      if (stopped) return;
      const { problem, ...figures } = outcome;
      rows.push({ scenario: scenario.name, expected: scenario.rung, ...figures, holds: problem === '' });
      const times = `link ${(figures.linkMs / 1000).toFixed(1)} s, rollout ${(figures.rolloutMs / 1000).toFixed(1)} s`;
      console.log(
        `${problem === '' ? 'pass' : 'FAIL'}  ${scenario.name.padEnd(20)} ${figures.rung.padEnd(9)} ${times}  ${scenario.says}`,
      );
      if (problem !== '') console.log(`      ${problem}`);
    }
  } finally {
    await lab?.close();
  }
  report(rows, scenarios.length, values.json);
}

function report(rows: readonly Row[], count: number, jsonFile: string | undefined): void {
  const outcome = {
    rows,
    aims: [
      aimOf({
        name: 'scenarios in which the release got through on the expected rung',
        value: rows.filter(({ holds }) => holds).length,
        unit: `of ${count}`,
        aim: count,
        direction: 'atLeast',
      }),
    ],
  };
  const full: Report = {
    name: 'nat-lab',
    machine: machineFacts(),
    commit: currentCommit(),
    seed: 0,
    ...outcome,
  };
  console.log(`\n${formatReport(full)}`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(full, undefined, 2)}\n`);
  if (full.aims.some(({ holds }) => !holds)) process.exitCode = 1;
}

function chosen(only: string | undefined) {
  if (only === undefined) return SCENARIOS;
  const names = only.split(',');
  const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined)
    throw new Error(
      `--only takes ${SCENARIOS.map(({ name }) => name).join(', ')}; "${unknown}" is none of them.`,
    );
  return SCENARIOS.filter(({ name }) => names.includes(name));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
