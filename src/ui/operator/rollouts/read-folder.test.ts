import { describe, expect, it } from 'vitest';
import { folderBelow, readDroppedFolder, stripFolder } from './read-folder.ts';

function file(path: string) {
  return { path, sizeBytes: 1, read: async () => new Blob(['x']) };
}

/** A dropped tree that hands out its entries in batches of two, as browsers hand out a hundred. */
function entry(path: string, children?: readonly object[]): object {
  if (children === undefined) {
    return {
      isFile: true,
      fullPath: path,
      file: (done: (read: File) => void) => done(new File(['x'], path)),
    };
  }
  return {
    isFile: false,
    fullPath: path,
    createReader: () => {
      const left = [...children];
      return { readEntries: (done: (batch: object[]) => void) => done(left.splice(0, 2)) };
    },
  };
}

function drop(...roots: object[]) {
  return readDroppedFolder(
    roots.map((root) => ({ webkitGetAsEntry: () => root }) as unknown as DataTransferItem),
    () => {},
  );
}

describe('a folder that was dropped', () => {
  it('names files relative to the folder', () => {
    const read = stripFolder([file('menu/index.html'), file('menu/js/app.js')]);
    expect(read.name).toBe('menu');
    expect(read.files.map(({ path }) => path)).toEqual(['index.html', 'js/app.js']);
  });

  it('keeps paths when several things were dropped', () => {
    const read = stripFolder([file('index.html'), file('js/app.js')]);
    expect(read).toMatchObject({ name: '', files: [{ path: 'index.html' }, { path: 'js/app.js' }] });
    expect(stripFolder([file('a/x'), file('b/y')]).name).toBe('');
  });

  it('reads a folder whose entries come in several batches, to the bottom', async () => {
    const js = entry('/menu/js', [entry('/menu/js/a.js'), entry('/menu/js/b.js'), entry('/menu/js/c.js')]);
    const read = await drop(entry('/menu', [entry('/menu/index.html'), entry('/menu/icon.png'), js]));
    expect(read.files.map(({ path }) => path)).toEqual([
      'index.html',
      'icon.png',
      'js/a.js',
      'js/b.js',
      'js/c.js',
    ]);
  });

  it('can be left for a folder right below its top', () => {
    const read = folderBelow(stripFolder([file('menu/dist/index.html'), file('menu/src/app.ts')]), 'dist');
    expect(read).toMatchObject({ name: 'menu/dist', files: [{ path: 'index.html' }] });
  });

  it('is empty when nothing of it can be read', async () => {
    expect((await drop(entry('/empty', []))).files).toEqual([]);
  });
});
