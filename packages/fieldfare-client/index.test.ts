import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = join(ROOT, 'docs/guide');
const APP = join(GUIDE, 'examples/vite-app');

describe('an app with the types of fieldfare-client', () => {
  let folder: string;
  let program: ts.Program;
  const careless = () => join(folder, 'careless.ts');
  const complaintsIn = (path: string) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldfare-client-'));
    const lines = [
      'fieldfare.healthy();',
      "window.fieldfare?.busy('soon');",
      'window.fieldfare?.sell();',
      "window.fieldfare!.version = '2';",
      'window.fieldfare?.busy(new Date());',
      'window.fieldfare?.unhealthy();',
    ];
    await writeFile(careless(), lines.join('\n'));
    const config = ts.readConfigFile(join(APP, 'tsconfig.json'), ts.sys.readFile);
    const { fileNames, options } = ts.parseJsonConfigFileContent(config.config, ts.sys, APP);
    // Where npm would have put it.
    program = ts.createProgram([...fileNames, careless()], {
      ...options,
      typeRoots: [join(ROOT, 'packages')],
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('as the guide shows it, is taken by TypeScript', () => {
    expect(complaintsIn(join(APP, 'src/main.ts'))).toEqual([]);
    expect(complaintsIn(join(APP, 'src/fieldfare.d.ts'))).toEqual([]);
  });

  it('is told where it forgets that there may be none, gives no time, or asks for what is not there', () => {
    expect(complaintsIn(careless())).toEqual([
      expect.stringContaining("possibly 'undefined'"),
      expect.stringContaining("'string' is not assignable"),
      expect.stringContaining("'sell' does not exist"),
      expect.stringContaining('read-only'),
    ]);
  });
});

it('the guide shows the examples that are tested, letter by letter', () => {
  const guide = readFileSync(join(GUIDE, 'your-app.md'), 'utf8');
  const shown = [...guide.matchAll(/<!-- (examples\/\S+) -->\n```\w+\n([\s\S]*?)\n```/g)];
  expect(shown.map(([, path]) => path)).toEqual([
    'examples/static-site/index.html',
    'examples/vite-app/src/main.ts',
    'examples/vite-app/src/fieldfare.d.ts',
    'examples/game/game.js',
  ]);
  for (const [, path, code] of shown) expect(code).toBe(readFileSync(join(GUIDE, path!), 'utf8').trimEnd());
});
