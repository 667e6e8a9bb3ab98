import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

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

/** The names of the rules that a tree of these files breaks, as `npm test` checks them. */
async function broken(files: Record<string, string>): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  const cruise = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { summary } = JSON.parse(output) as {
    summary: { totalCruised: number; violations: { rule: { name: string } }[] };
  };
  // A checker that cannot read TypeScript finds no modules and no violations.
  expect(summary.totalCruised).toBeGreaterThanOrEqual(Object.keys(files).length);
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

const value = 'export const value = 1;\n';

describe('the import rules', { timeout: 30_000 }, () => {
  it('let the layers import what they may', async () => {
    const rules = await broken({
      'src/core/wire/encoding/ids.ts': `${value}export type Id = string;\n`,
      'src/core/ledger/entry.ts': `import { value } from '../wire/ids.ts';\nexport type Entry = typeof value;\n`,
      'src/core/rollout/wave.ts': `import type { Entry } from '../ledger/entry.ts';\nexport const wave: Entry = 1;\n`,
      'src/ports/clock.ts': `import type { Id } from '../core/wire/ids.ts';\nexport type Clock = Id;\n`,
      'src/adapters/idb/store.ts': `import { openDB } from 'idb';\nimport type { Clock } from '../../ports/clock.ts';\nexport const store = (_: Clock) => openDB;\n`,
      'src/runtime/pump.ts': `import { wave } from '../core/rollout/wave.ts';\nexport const pump = wave;\n`,
      'src/kiosk.tsx': `import { store } from './adapters/idb/store.ts';\nimport { pump } from './runtime/pump.ts';\nconsole.log(store, pump);\n`,
    });
    expect(rules).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    [
      'wire-imports-nothing',
      { 'src/core/wire/a.ts': `import { openDB } from 'idb';\nconsole.log(openDB);\n` },
    ],
    [
      'core-imports-only-wire',
      {
        'src/core/ledger/a.ts': value,
        'src/core/rollout/b.ts': `import { value } from '../ledger/a.ts';\nconsole.log(value);\n`,
      },
    ],
    [
      'core-stays-in-core',
      {
        'src/ports/a.ts': 'export type A = 1;\n',
        'src/core/node/b.ts': `import type { A } from '../../ports/a.ts';\nexport type B = A;\n`,
      },
    ],
    [
      'ports-import-types-only',
      {
        'src/core/wire/a.ts': value,
        'src/ports/b.ts': `import { value } from '../core/wire/a.ts';\nexport const b = value;\n`,
      },
    ],
    [
      'adapters-stand-alone',
      {
        'src/adapters/idb/a.ts': value,
        'src/adapters/noble/b.ts': `import { value } from '../idb/a.ts';\nconsole.log(value);\n`,
      },
    ],
    [
      'runtime-knows-no-adapter',
      {
        'src/adapters/idb/a.ts': 'export type A = 1;\n',
        'src/runtime/b.ts': `import type { A } from '../adapters/idb/a.ts';\nexport type B = A;\n`,
      },
    ],
    [
      'store-and-ui-know-no-ports',
      {
        'src/ports/a.ts': 'export type A = 1;\n',
        'src/ui/kiosk/b.tsx': `import type { A } from '../../ports/a.ts';\nexport type B = A;\n`,
      },
    ],
    [
      'no-circles',
      {
        'src/runtime/a.ts': `import type { B } from './b.ts';\nexport type A = B | 1;\n`,
        'src/runtime/b.ts': `import type { A } from './a.ts';\nexport type B = A | 2;\n`,
      },
    ],
    [
      'kiosk-has-no-operator',
      {
        'src/ui/operator/sign.ts': value,
        'src/ui/components/frame.tsx': `export const load = () => import('../operator/sign.ts');\n`,
        'src/kiosk.tsx': `import { load } from './ui/components/frame.tsx';\nvoid load();\n`,
      },
    ],
    [
      'kiosk-shares-no-components',
      {
        'src/ui/components/Code.tsx': value,
        'src/ui/kiosk/Screen.tsx': `import { value } from '../components/Code.tsx';\nconsole.log(value);\n`,
      },
    ],
    [
      'nothing-in-src-imports-node',
      { 'src/store/a.ts': `import { readFile } from 'node:fs/promises';\nconsole.log(readFile);\n` },
    ],
    ['resolvable', { 'src/runtime/a.ts': `import { gone } from './gone.ts';\nconsole.log(gone);\n` }],
  ])('refuse what breaks %s', async (rule, files) => {
    expect(await broken(files)).toContain(rule);
  });
});
