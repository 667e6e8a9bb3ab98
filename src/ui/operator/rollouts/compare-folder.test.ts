import { describe, expect, it } from 'vitest';
import type { ReleaseRow } from '../../../store/model.ts';
import { compareFolder, newestOf, releaseOfFiles } from './compare-folder.ts';

const file = (path: string, hash: string, sizeBytes = 10) => ({ path, hash, sizeBytes });
const release = (product: string, counter: number, ...files: ReturnType<typeof file>[]) =>
  ({ product, counter, files }) as unknown as ReleaseRow;

const BEFORE = [file('index.html', 'a'), file('app.js', 'b'), file('old.css', 'c')];

describe('a folder against a release', () => {
  it('counts what was added, changed, removed, and stayed', () => {
    const folder = [file('index.html', 'a'), file('app.js', 'd', 7), file('new.css', 'e', 5)];
    expect(compareFolder(folder, { files: BEFORE })).toEqual({
      added: 1,
      changed: 1,
      removed: 1,
      same: 1,
      bytesToFetch: 12,
    });
  });

  it('fetches nothing twice, and nothing that is there under another name', () => {
    const folder = [file('moved.css', 'c'), file('one.png', 'f'), file('two.png', 'f')];
    expect(compareFolder(folder, { files: BEFORE })).toMatchObject({
      added: 3,
      removed: 3,
      bytesToFetch: 10,
    });
  });
});

describe('the release that a folder is held against', () => {
  const releases = [
    release('signs', 9, file('index.html', 'z')),
    release('menu', 2, ...BEFORE),
    release('menu', 1, file('index.html', 'a')),
    release('menu', 3, file('index.html', 'a')),
  ];

  it('is the newest of the product that the form names, and of no other', () => {
    expect(newestOf(releases, 'menu')?.counter).toBe(3);
    expect(newestOf(releases, 'signs')?.counter).toBe(9);
    expect(newestOf(releases, 'till')).toBeUndefined();
  });

  it('is known when the folder has its very files', () => {
    expect(releaseOfFiles([...BEFORE].reverse(), releases, 'menu')?.counter).toBe(2);
    expect(releaseOfFiles([file('index.html', 'a')], releases, 'menu')?.counter).toBe(3);
    expect(releaseOfFiles(BEFORE, releases, 'signs')).toBeUndefined();
    expect(releaseOfFiles(BEFORE.slice(1), releases, 'menu')).toBeUndefined();
  });
});
