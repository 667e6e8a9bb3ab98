#!/usr/bin/env node
// Plain Node: it runs git, tar and the builds of other commits.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const HELP = `Usage: npm run wire-release -- REF (--into FOLDER | --pack FILE)

Builds the pages of a commit, tag or branch, as they are served, with that commit's own sources and dependencies.

  --into FOLDER  put them there: \`fieldfare serve --pages FOLDER\` serves them
  --pack FILE    pack them as a .tar.gz, with the commit's id in BUILT-FROM; e2e/wire-release.e2e.ts runs
                 e2e/fixtures/wire-release.tar.gz beside today's pages
  --help         say this
`;

class BuildFailed extends Error {}

function run(command, args, cwd) {
  const { status, error, stdout } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (error) throw new BuildFailed(`"${command}" could not be run: ${error.message}`);
  if (status !== 0) throw new BuildFailed(`"${[command, ...args].join(' ')}" failed; its output is above.`);
  return stdout.trim();
}

/** Those that are installed here, where that commit asks for the same; else its own. */
function provideDependencies(folder) {
  const lock = (root) => readFileSync(join(root, 'package-lock.json'), 'utf8');
  const here = join(ROOT, 'node_modules');
  if (existsSync(here) && lock(folder) === lock(ROOT)) return symlinkSync(here, join(folder, 'node_modules'));
  console.log('> npm ci');
  run('npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'], folder);
}

function build(ref, take) {
  const commit = run('git', ['rev-parse', '--verify', `${ref}^{commit}`], ROOT);
  const folder = mkdtempSync(join(tmpdir(), 'fieldfare-release-'));
  try {
    run('git', ['worktree', 'add', '--detach', '--force', folder, commit], ROOT);
    provideDependencies(folder);
    console.log(`> npm run build, at ${commit}`);
    run('npm', ['run', 'build'], folder);
    writeFileSync(join(folder, 'dist/BUILT-FROM'), `${commit}\n`);
    take(join(folder, 'dist'));
  } finally {
    spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: ROOT });
    rmSync(folder, { recursive: true, force: true });
  }
}

function pack(dist, file) {
  mkdirSync(dirname(file), { recursive: true });
  // The same pages make the same archive: order, owners and times are left out.
  const plain = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '--mode=u=rwX,go=rX',
  ];
  run('tar', [...plain, '--use-compress-program', 'gzip -9n', '-cf', file, '.'], dist);
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { into: { type: 'string' }, pack: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [ref] = positionals;
  if (values.help) console.log(HELP);
  else if (ref === undefined || (values.into === undefined) === (values.pack === undefined))
    throw new BuildFailed(`Name a commit and one place for its pages.\n\n${HELP}`);
  else
    build(ref, (dist) => {
      if (values.into !== undefined) cpSync(dist, resolve(values.into), { recursive: true });
      else pack(dist, resolve(values.pack));
    });
} catch (error) {
  if (!(error instanceof BuildFailed) && !error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
