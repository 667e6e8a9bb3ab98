import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'fieldfare-imports-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json'])
    await copyFile(join(ROOT, file), join(tree, file));
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  await writeFile(join(tree, 'package.json'), '{"type":"module"}');
});
afterEach(() => rm(tree, { recursive: true }));

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** What breaks a rule in a tree of these files, as `npm test` checks it. */
async function violations(files: Record<string, string>): Promise<readonly Violation[]> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  const cruise = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = [...new Set(Object.keys(files).map((path) => path.slice(0, path.indexOf('/'))))];
  const args = [cruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { summary } = JSON.parse(output) as {
    summary: { totalCruised: number; violations: Violation[] };
  };
  // A checker that cannot read TypeScript finds no modules and no violations.
  expect(summary.totalCruised).toBeGreaterThanOrEqual(Object.keys(files).length);
  return summary.violations;
}

const value = 'export const value = 1;\n';
const take = (from: string) => `import { value } from '${from}';\nconsole.log(value);\n`;
const takeType = (from: string) => `import type { A } from '${from}';\nexport type B = A;\n`;

/** A file that breaks the rule, and what it says; the files that all of them may import are below. */
const BREAKERS: readonly (readonly [rule: string, path: string, text: string])[] = [
  [
    'wire-imports-nothing',
    'src/core/wire/link/opens.ts',
    `import { openDB } from 'idb';\nconsole.log(openDB);\n`,
  ],
  ['core-imports-only-wire', 'src/core/rollout/takes-a-sibling.ts', take('../ledger/value.ts')],
  ['core-stays-in-core', 'src/core/node/takes-a-port.ts', takeType('../../ports/type.ts')],
  ['ports-import-types-only', 'src/ports/takes-a-value.ts', take('../core/wire/encoding/value.ts')],
  ['ports-know-only-core', 'src/ports/takes-a-runtime.ts', takeType('../runtime/type.ts')],
  ['adapters-stand-alone', 'src/adapters/noble/takes-another.ts', take('../idb/value.ts')],
  ['runtime-knows-no-adapter', 'src/runtime/takes-an-adapter.ts', take('../adapters/idb/value.ts')],
  ['store-and-ui-know-no-ports', 'src/ui/kiosk/takes-a-port.tsx', takeType('../../ports/type.ts')],
  ['store-knows-no-ui', 'src/store/takes-a-page.ts', take('../ui/operator/sign.ts')],
  ['roots-build-adapters', 'src/session/takes-an-adapter.ts', take('../adapters/idb/value.ts')],
  ['nobody-imports-a-root', 'src/session/takes-a-root.ts', `import '../kiosk.tsx';\n`],
  ['browser-code-stays-in-src', 'src/runtime/takes-a-command.ts', take('../../cli/value.ts')],
  ['workers-stand-alone', 'src/app-origin/takes-a-runtime.ts', takeType('../runtime/type.ts')],
  ['workers-take-only-types-of-ports', 'src/service-worker/takes-a-port.ts', take('../ports/value.ts')],
  ['simulator-drives-the-core', 'sim/takes-a-runtime.ts', take('../src/runtime/value.ts')],
  ['the-product-has-no-tests-in-it', 'cli/takes-an-actor.ts', take('../actors/value.ts')],
  ['what-measures-stands-alone', 'sim/takes-a-benchmark.ts', take('../bench/value.ts')],
  ['tools-take-what-they-check', 'tools/takes-a-benchmark.ts', take('../bench/value.ts')],
  ['reports-know-nobody', 'report/takes-a-benchmark.ts', take('../bench/value.ts')],
  [
    'kiosk-has-no-operator',
    'src/kiosk.tsx',
    `import { load } from './ui/components/frame.tsx';\nvoid load();\n`,
  ],
  ['kiosk-shares-no-components', 'src/ui/kiosk/takes-a-component.tsx', take('../components/Code.tsx')],
  [
    'nothing-in-src-imports-node',
    'src/store/reads-a-file.ts',
    `import { readFile } from 'node:fs/promises';\nconsole.log(readFile);\n`,
  ],
  [
    'no-circles',
    'src/runtime/goes-round.ts',
    `import type { B } from './and-round.ts';\nexport type A = B | 1;\n`,
  ],
  ['resolvable', 'src/runtime/takes-what-is-gone.ts', take('./gone.ts')],
];

const TAKEN: Record<string, string> = {
  'src/core/wire/encoding/value.ts': value,
  'src/core/ledger/value.ts': value,
  'src/ports/type.ts': 'export type A = 1;\n',
  'src/ports/value.ts': value,
  'src/runtime/type.ts': 'export type A = 1;\n',
  'src/runtime/value.ts': value,
  'src/runtime/and-round.ts': `import type { A } from './goes-round.ts';\nexport type B = A | 2;\n`,
  'src/adapters/idb/value.ts': value,
  'src/ui/operator/sign.ts': value,
  'src/ui/components/frame.tsx': `export const load = () => import('../operator/sign.ts');\n`,
  'src/ui/components/Code.tsx': value,
  'cli/value.ts': value,
  'actors/value.ts': value,
  'bench/value.ts': value,
};

describe('the import rules', { timeout: 60_000 }, () => {
  test('let the layers import what they may', async () => {
    const found = await violations({
      'src/core/wire/encoding/ids.ts': `${value}export type Id = string;\n`,
      'src/core/ledger/entry.ts': `import { value } from '../wire/encoding/ids.ts';\nexport type Entry = typeof value;\n`,
      'src/core/rollout/wave.ts': `import type { Entry } from '../ledger/entry.ts';\nexport const wave: Entry = 1;\n`,
      'src/ports/clock.ts': `import type { Id } from '../core/wire/encoding/ids.ts';\nexport type Clock = Id;\n`,
      'src/adapters/idb/store.ts': `import { openDB } from 'idb';\nimport type { Clock } from '../../ports/clock.ts';\nexport const store = (_: Clock) => openDB;\n`,
      'src/runtime/pump.ts': `import { wave } from '../core/rollout/wave.ts';\nexport const pump = wave;\n`,
      'src/kiosk.tsx': `import { store } from './adapters/idb/store.ts';\nimport { pump } from './runtime/pump.ts';\nconsole.log(store, pump);\n`,
    });
    expect(found).toEqual([]);
  });

  test('refuse each file that breaks one', async () => {
    const breakers = Object.fromEntries(BREAKERS.map(([, path, text]) => [path, text]));
    const found = await violations({ ...TAKEN, ...breakers });
    // A circle has no first file.
    const noticed = new Set(
      found.flatMap(({ rule, from, to }) => [`${rule.name}: ${from}`, `${rule.name}: ${to}`]),
    );
    const passed = BREAKERS.filter(([rule, path]) => !noticed.has(`${rule}: ${path}`));
    expect(passed.map(([rule]) => rule)).toEqual([]);
  });

  test('are each broken by one of these files', async () => {
    const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
      readonly forbidden: readonly { readonly name: string }[];
    };
    expect(BREAKERS.map(([rule]) => rule).sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });
});
