#!/usr/bin/env node
// Plain Node, without dependencies: this runs before they are there.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE_NEEDED = [20, 19];

const HELP = `Usage: node tools/launch/setup.mjs [--deps] [--bench] [--chromium] [--build]

Makes sure that what the other commands need is here. Without flags: all of it.

  --deps      install the dependencies when they are not those of package-lock.json
  --bench     install the peers that benchmarks measure beside the project, in bench/
  --chromium  find Chromium; on Debian as root install it when there is none
  --build     build the pages when a source is newer than the last build
  --help      say this
`;

class SetupFailed extends Error {}

function run(command, args, { cwd = ROOT, env = process.env } = {}) {
  console.log(`> ${[command, ...args].join(' ')}`);
  // npm is a script file on Windows.
  const { status, error } = spawnSync(command, args, {
    cwd,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw new SetupFailed(`"${command}" could not be run: ${error.message}`);
  if (status !== 0) throw new SetupFailed(`"${[command, ...args].join(' ')}" failed; its output is above.`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = NODE_NEEDED;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new SetupFailed(
    `Fieldfare needs Node ${NODE_NEEDED.join('.')} or later and this is ${process.versions.node}. ` +
      'Install a newer one (https://nodejs.org) and run the command again.',
  );
}

/** True when what is installed is what package-lock.json names. Times would lie: a checkout touches the lock file. */
function dependenciesAreHere(folder) {
  const installedPath = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installedPath)) return false;
  const locked = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  return Object.entries(locked).every(([path, { version, optional, devOptional, peer }]) => {
    if (path === '') return true;
    const here = installed[path];
    // Builds for other platforms are locked and never installed.
    return here === undefined ? Boolean(optional || devOptional || peer) : here.version === version;
  });
}

function ensureDependencies(folder) {
  if (!dependenciesAreHere(folder)) run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((directory) => directory && isExecutable(join(directory, command)));
}

/** The places where actors/chromium.ts looks, in its order. */
async function chromiumIsHere() {
  if (process.env.FIELDFARE_CHROMIUM) {
    if (isExecutable(process.env.FIELDFARE_CHROMIUM)) return true;
    throw new SetupFailed(
      `FIELDFARE_CHROMIUM names "${process.env.FIELDFARE_CHROMIUM}", which is not a program.`,
    );
  }
  if (['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some(onPath)) return true;
  try {
    const { chromium } = await import('playwright');
    return isExecutable(chromium.executablePath());
  } catch {
    return false;
  }
}

async function ensureChromium() {
  if (await chromiumIsHere()) return;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    throw new SetupFailed(
      'No Chromium was found. Install the package "chromium" of your system (Debian: sudo apt-get install chromium), ' +
        'or name a browser in FIELDFARE_CHROMIUM.',
    );
  }
  run('apt-get', ['update']);
  run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']);
}

const SOURCES = [
  ...['src', 'public', 'index.html', 'kiosk.html', 'package-lock.json', 'tsconfig.json'],
  ...['vite.config.ts', 'vite.app-origin.config.ts'],
];
const BUILT = ['dist/shell/service-worker.js', 'dist/app-origin/.fieldfare/bridge.html'];

function newestMs(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stats.mtimeMs;
  // A directory's own time tells of files that were removed.
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function buildIsFresh() {
  const built = BUILT.map((path) => join(ROOT, path));
  if (!built.every((path) => existsSync(path))) return false;
  const builtMs = Math.min(...built.map((path) => statSync(path).mtimeMs));
  return SOURCES.every((path) => newestMs(join(ROOT, path)) <= builtMs);
}

function ensureBuild() {
  // Under a test runner's NODE_ENV the pages would be made of development builds, whose elements Preact cannot draw.
  if (!buildIsFresh()) run('npm', ['run', 'build'], { env: { ...process.env, NODE_ENV: 'production' } });
}

try {
  checkNode();
  const { values } = parseArgs({
    options: {
      deps: { type: 'boolean' },
      bench: { type: 'boolean' },
      chromium: { type: 'boolean' },
      build: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
  } else {
    const all = !values.deps && !values.bench && !values.chromium && !values.build;
    if (all || values.deps) ensureDependencies(ROOT);
    if (all || values.bench) ensureDependencies(join(ROOT, 'bench'));
    if (all || values.chromium) await ensureChromium();
    if (all || values.build) ensureBuild();
  }
} catch (error) {
  const fitToShow = error instanceof SetupFailed || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(fitToShow ? error.message : error);
  process.exitCode = 1;
}
