import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidOption } from './invalid-option.ts';
import { parseDemoOptions } from './options.ts';
import { readReleaseFolders } from './release-folder.ts';

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'fieldfare-demo-arguments-'));
});
afterEach(() => rm(work, { recursive: true, force: true }));

describe('the options of the demo', () => {
  it('are three devices and the brought releases when nothing is said', () => {
    expect(parseDemoOptions([])).toEqual({
      once: false,
      jsonFile: undefined,
      deviceCount: 3,
      releaseFolders: [],
    });
  });

  it('keep every --release, in the order given', () => {
    const args = ['--release', 'b', '--once', '--release=a', '--devices', '20'];
    expect(parseDemoOptions(args)).toMatchObject({
      once: true,
      deviceCount: 20,
      releaseFolders: ['b', 'a'],
    });
  });

  it.each(['0', '21', '-1', '1.5', 'many', ''])('refuse %j devices', (count) => {
    expect(() => parseDemoOptions([`--devices=${count}`])).toThrow(InvalidOption);
    expect(() => parseDemoOptions([`--devices=${count}`])).toThrow(/whole number from 1 to 20/);
  });

  it.each([['--device', '3'], ['--devices'], ['leftover'], ['--once=yes']])('refuse %j %j', (...args) => {
    expect(() => parseDemoOptions(args)).toThrow(InvalidOption);
    expect(() => parseDemoOptions(args)).toThrow(/\. `--help` names the options\.$/);
  });

  it('refuse a place for the figures that cannot be written, before anything starts', () => {
    expect(() => parseDemoOptions(['--json', join(work, 'none/x.json')])).toThrow(/there is no folder/);
    expect(() => parseDemoOptions(['--json', work])).toThrow(/is a folder/);
    expect(parseDemoOptions(['--json', join(work, 'x.json')]).jsonFile).toBe(join(work, 'x.json'));
  });
});

describe('the folder of a release', () => {
  const folder = async (name: string, files: Readonly<Record<string, string>>) => {
    await mkdir(join(work, name, 'assets'), { recursive: true });
    for (const [path, text] of Object.entries(files)) await writeFile(join(work, name, path), text);
    return join(work, name);
  };

  it('is named by its package.json', async () => {
    const path = await folder('dist', {
      'index.html': '<p>menu',
      'assets/app.js': '1;',
      'package.json': '{"name": "@Cafe/Menu Board", "version": "1.4.0"}',
    });
    expect(await readReleaseFolders([path])).toEqual([
      { path, product: 'cafe-menu-board', version: '1.4.0', sizeBytes: 57 },
    ]);
  });

  it('is named by its own name and its place when there is no package.json', async () => {
    const first = await folder('Board', { 'index.html': '1' });
    const second = await folder('other', { 'index.html': '2' });
    expect(await readReleaseFolders([first, second])).toMatchObject([
      { product: 'board', version: '1' },
      { product: 'other', version: '2' },
    ]);
  });

  it('is refused with a sentence that says what is wrong with it', async () => {
    const refusalOf = (...folders: string[]) =>
      readReleaseFolders(folders).then(
        () => 'none',
        (error: unknown) => (error instanceof InvalidOption ? error.message : `not fit to show: ${error}`),
      );
    expect(await refusalOf(join(work, 'nowhere'))).toMatch(/^There is no folder /);
    expect(await refusalOf(await folder('bare', { 'app.js': '1' }))).toMatch(/no index\.html at its top/);
    const page = await folder('page', { 'index.html': '1', 'package.json': '{"version": "1 beta"}' });
    expect(await refusalOf(join(page, 'index.html'))).toMatch(/is no folder/);
    expect(await refusalOf(page)).toMatch(/the version "1 beta" needs/);
    const broken = await folder('broken', { 'index.html': '1', 'package.json': '{' });
    expect(await refusalOf(broken)).toMatch(/is not JSON/);
    const named = { 'index.html': '1', 'package.json': '{"name": "a", "version": "1"}' };
    expect(await refusalOf(await folder('one', named), await folder('two', named))).toMatch(
      /are a 1\. Give each release a version of its own/,
    );
  });
});
