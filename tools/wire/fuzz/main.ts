import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createFuzzer } from './fuzz.ts';

const HELP = `Usage: npm run fuzz -- [--runs N] [--seed S] [--json FILE]

Gives every decoder mutated bytes and fails when one answers with anything but a value or a WireError, takes too long, or
piles up memory. The same seed makes the same inputs.

  --runs N     inputs in all, 1,000,000 unless told
  --seed S     a whole number, from the clock unless told
  --json FILE  writes the figures
  --help       says this
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);

if (values.help) process.stdout.write(HELP);
else if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('--runs and --seed take whole numbers; --runs at least 1.\n');
  process.exitCode = 2;
} else await fuzz();

async function fuzz(): Promise<void> {
  const startedMs = performance.now();
  const fuzzer = createFuzzer(seed);
  const stepRuns = Math.max(1, Math.ceil(runs / 20));
  for (let done = 0; done < runs; done += stepRuns) {
    fuzzer.run(Math.min(stepRuns, runs - done));
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `${fuzzer.figures().runs} of ${runs}, ${seconds} s, ${fuzzer.figures().failures.length} failures`,
    );
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuSeconds = process.cpuUsage().user / 1e6;
  const { failures, ...figures } = fuzzer.figures();
  for (const { decoder, what, hex } of failures) console.log(`${decoder}: ${what}\n  ${hex.slice(0, 2_000)}`);
  console.log(
    `seed ${seed}: ${figures.runs} inputs in ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s CPU), ${figures.taken} taken, ` +
      `slowest ${figures.slowestMs.toFixed(1)} ms, heap up to ${(figures.grownBytes / 2 ** 20).toFixed(0)} MiB more`,
  );
  if (failures.length > 0) process.exitCode = 1;
  if (values.json === undefined) return;
  const aims = [
    { name: 'failures', value: failures.length, unit: 'inputs', aim: 0, direction: 'atMost' },
    {
      name: 'time of a million inputs',
      value: (seconds / runs) * 1e6,
      unit: 's',
      aim: 120,
      direction: 'atMost',
    },
  ].map((aim) => ({ ...aim, holds: aim.value <= aim.aim }));
  const report = { name: 'fuzz', seed, rows: [{ ...figures, seconds, cpuSeconds, failures }], aims };
  await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
}
