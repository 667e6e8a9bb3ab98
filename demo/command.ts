import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineCommand } from 'citty';
import { ChromiumUnavailable } from '../actors/chromium.ts';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import { onStopSignal } from '../cli/stop-signals.ts';
import { formatBytes } from '../src/ui/components/format.ts';
import { DemoFailed } from './demo-failed.ts';
import { createDemoFleet, type OpenFleet } from './demo-fleet.ts';
import { rollOutAndFollow } from './follow-rollout.ts';
import { InvalidOption } from './invalid-option.ts';
import { createLiveLines } from './live-lines.ts';
import { DEMO_ARGUMENTS, type DemoOptions, parseDemoOptions } from './options.ts';
import { type ReleaseFolder, readReleaseFolders } from './release-folder.ts';
import { type DemoSummary, type ReleaseFigures, summaryTable } from './summary.ts';

/** Two versions of a real web app, from the development dependencies. */
const BROUGHT_RELEASES = ['swagger-ui-previous', 'swagger-ui-next'].map((name) =>
  fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url)),
);
/** A guess: what a kiosk's page shows follows its receipt at once. */
const KIOSK_AGREES_MS = 15_000;

export const demo = defineCommand({
  meta: {
    name: 'demo',
    description: 'A fleet of headless kiosks on this machine that is updated twice, from nothing.',
  },
  args: DEMO_ARGUMENTS,
  async run({ rawArgs }) {
    try {
      const options = parseDemoOptions(rawArgs);
      const folders = options.releaseFolders.length === 0 ? BROUGHT_RELEASES : options.releaseFolders;
      await runDemo(options, await readReleaseFolders(folders));
    } catch (error) {
      if (!(error instanceof InvalidOption)) throw error;
      console.error(error.message);
      process.exitCode = 2;
    }
  },
});

async function runDemo(options: DemoOptions, releases: readonly ReleaseFolder[]): Promise<void> {
  const note = (text: string) => console.log(text);
  const fleet = createDemoFleet({ deviceCount: options.deviceCount, note });
  const progress: { state: 'underway' | 'stopping' | 'over' } = { state: 'underway' };
  onStopSignal(async () => {
    const early = progress.state === 'underway';
    progress.state = 'stopping';
    note('Stopping.');
    await fleet.close();
    if (early) process.exit(130);
  });
  try {
    const open = await fleet.open();
    const summary = await updateFleet(open, options, releases);
    if (options.jsonFile !== undefined)
      await writeFile(options.jsonFile, `${JSON.stringify(summary, null, 2)}\n`);
    note(`\n${summaryTable(summary).join('\n')}\n`);
    if (!summary.ok) process.exitCode = 1;
    if (!options.once) {
      await showTheWayIn(open, note);
      progress.state = 'over';
      return;
    }
  } catch (error) {
    // What was under way fails because it is being stopped, and the stop ends the process.
    if (stopping(progress)) return;
    console.error(sentenceOf(error));
    process.exitCode = 1;
  }
  await fleet.close();
}

async function updateFleet(
  { operator, kiosks }: OpenFleet,
  { deviceCount }: DemoOptions,
  releases: readonly ReleaseFolder[],
): Promise<DemoSummary> {
  const lines = createLiveLines(process.stdout);
  const figures: ReleaseFigures[] = [];
  for (const release of releases) {
    console.log(`\nRolling out ${release.product} ${release.version}, ${formatBytes(release.sizeBytes)}.`);
    figures.push(await rollOutAndFollow({ operator, deviceCount, release, lines }));
  }
  const last = releases.at(-1)!;
  const astray = await kiosksNotRunning(kiosks, last.version);
  if (astray.length > 0)
    console.error(`Not every device runs ${last.product} ${last.version}. ${astray.join(' ')}`);
  return { devices: deviceCount, releases: figures, ok: astray.length === 0 };
}

/** What the kiosks say themselves has the last word. A sentence for each that does not run `version`. */
async function kiosksNotRunning(
  kiosks: ReadonlyMap<string, KioskActor>,
  version: string,
): Promise<readonly string[]> {
  const said = await Promise.all(
    Array.from(kiosks, async ([name, kiosk]) => {
      try {
        await kiosk.until(`runs ${version}`, (seen) => seen.version === version, KIOSK_AGREES_MS);
        return undefined;
      } catch {
        const seen = await kiosk.state().catch(() => undefined);
        if (seen === undefined) return `${name} does not answer.`;
        return `${name} is ${seen.stage || seen.type} and runs ${seen.version || 'nothing'}.`;
      }
    }),
  );
  return said.filter((sentence) => sentence !== undefined);
}

async function showTheWayIn({ operator, shellUrl }: OpenFleet, note: (text: string) => void): Promise<void> {
  const invitation = await operator.inviteOperator();
  note('Everything is still running. Become an operator of this fleet (this link works for a day):');
  note(`\n${invitation}\n`);
  note('A browser profile holds one fleet: if yours is in another already, use a private window.');
  note(
    `A further kiosk: ${shellUrl}/kiosk.html shows a code, and "Pair a device" in the dashboard takes it.`,
  );
  note('Ctrl-C stops it.');
}

function stopping(progress: { readonly state: string }): boolean {
  return progress.state === 'stopping';
}

function sentenceOf(error: unknown): string {
  if (error instanceof DemoFailed || error instanceof ChromiumUnavailable) return error.message;
  return `The demo could not go on: ${error instanceof Error ? error.message : String(error)}`;
}
