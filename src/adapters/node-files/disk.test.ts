import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type Disk, isAbsence, nodeDisk } from './disk.ts';
import { readIfThere, writeWhole } from './folder.ts';
import { createSimulatedDisk } from './testing/simulated-disk.ts';

const root = '/simulated';
let realRoot = '';
beforeAll(async () => {
  realRoot = await mkdtemp(join(tmpdir(), 'fieldfare-disk-'));
});
afterAll(() => rm(realRoot, { recursive: true, force: true }));

let count = 0;
const kinds: [kind: string, open: () => Promise<{ disk: Disk; folder: string }>][] = [
  ['a disk of Node', async () => ({ disk: nodeDisk, folder: join(realRoot, String(++count)) })],
  [
    'the simulated disk of the tests',
    async () => {
      const { disk } = createSimulatedDisk();
      await disk.makeFolder(root);
      return { disk, folder: join(root, 'store') };
    },
  ],
];

describe.each(kinds)('%s', (_, open) => {
  const scene = async () => {
    const { disk, folder } = await open();
    await disk.makeFolder(folder);
    const write = async (name: string, text: string, to: 'append' | 'replace' = 'append') => {
      const file = await disk.open(join(folder, name), to);
      await writeWhole(file, Buffer.from(text));
      await file.flush();
      await file.close();
    };
    const text = async (name: string) => {
      const bytes = await readIfThere(disk, join(folder, name));
      return bytes && Buffer.from(bytes).toString();
    };
    return { disk, folder, write, text, at: (name: string) => join(folder, name) };
  };
  const codeFrom = (action: Promise<unknown>) => action.then(() => 'none', codeOf);

  test('says which of the folders it made is the outermost, and makes none twice', async () => {
    const { disk, folder } = await open();
    expect(await disk.makeFolder(join(folder, 'a', 'b'))).toBe(folder);
    expect(await disk.makeFolder(join(folder, 'a', 'c'))).toBe(join(folder, 'a', 'c'));
    expect(await disk.makeFolder(join(folder, 'a'))).toBeUndefined();
    await disk.flushFolder(folder);
    expect(await disk.names(join(folder, 'a'))).toEqual(['b', 'c']);
  });

  test('appends behind what is there, replaces it, and cuts it', async () => {
    const { disk, write, text, at } = await scene();
    await write('file', 'one');
    await write('file', ' two');
    const file = await disk.open(at('file'), 'append');
    await file.truncate(4);
    expect(await file.sizeBytes()).toBe(4);
    await writeWhole(file, Buffer.from('three'));
    await file.close();
    expect(await text('file')).toBe('one three');
    await write('file', 'new', 'replace');
    expect(await text('file')).toBe('new');
  });

  test('a second name keeps its bytes when another file takes the first', async () => {
    const { disk, write, text, at } = await scene();
    await write('file', 'old');
    await disk.link(at('file'), at('kept'));
    await write('file.new', 'new');
    await disk.rename(at('file.new'), at('file'));
    expect([await text('file'), await text('kept'), await text('file.new')]).toEqual([
      'new',
      'old',
      undefined,
    ]);
    expect(await codeFrom(disk.link(at('file'), at('kept')))).toBe('EEXIST');
    expect(await codeFrom(disk.link(at('never'), at('other')))).toBe('ENOENT');
  });

  test('what is not there is an absence to read, and none to remove', async () => {
    const { disk, write, at } = await scene();
    expect(await disk.open(at('never'), 'read').catch(isAbsence)).toBe(true);
    expect(await disk.isThere(at('never'))).toBe(false);
    await disk.remove(at('never'));
    await disk.makeFolder(at('below'));
    await write('below/file', 'x');
    await disk.remove(at('below'));
    expect(await disk.isThere(at('below/file'))).toBe(false);
  });
});
