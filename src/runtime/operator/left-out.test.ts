import { describe, expect, test } from 'vitest';
import { leaveOut } from './left-out.ts';

const filesOf = (paths: readonly string[]) => paths.map((path) => ({ path, sizeBytes: 10 }));
const split = (paths: readonly string[], include: readonly string[] = []) => {
  const { kept, leftOut } = leaveOut(filesOf(paths), new Set(include));
  return {
    kept: kept.map(({ path }) => path),
    leftOut: Object.fromEntries(leftOut.map(({ key, paths: of }) => [key, of])),
  };
};

describe('what is left out of a release', () => {
  test.each([
    ['.git/HEAD', 'version-control'],
    ['sub/.git/objects/aa/bb', 'version-control'],
    ['.gitignore', 'version-control'],
    ['.svn/entries', 'version-control'],
    ['.DS_Store', 'system'],
    ['assets/.ds_store', 'system'],
    ['assets/._logo.png', 'system'],
    ['Thumbs.db', 'system'],
    ['__MACOSX/index.html', 'system'],
    ['.vscode/settings.json', 'system'],
    ['assets/app.js.map', 'source-maps'],
    ['assets/app.css.map', 'source-maps'],
  ])('%s, as %s', (path, key) => {
    expect(split([path, 'index.html'])).toEqual({ kept: ['index.html'], leftOut: { [key]: [path] } });
  });

  test.each([
    '.env',
    '.env.production',
    'server.pem',
    'certs/TLS.KEY',
    'id_rsa',
    '.ssh/config',
    'id_ed25519',
    'release.p12',
    'android.keystore',
    '.npmrc',
    'sub/.netrc',
    '.git-credentials',
    '.aws/credentials',
  ])('the secret %s, under its own name', (path) => {
    expect(split([path, 'index.html'])).toEqual({ kept: ['index.html'], leftOut: { [path]: [path] } });
  });

  test.each([
    'index.html',
    'environment.json',
    'assets/keyboard.js',
    'keys/de.json',
    'id_rsa.pub',
    'levels/one.map',
    'map.js',
    '.well-known/security.txt',
    'assets/monkey.png',
    'env.js',
    'git.html',
  ])('is not %s', (path) => {
    expect(split([path])).toEqual({ kept: [path], leftOut: {} });
  });

  test('comes in again by its key, the whole of a kind or one secret', () => {
    const paths = ['app.js', 'app.js.map', 'lib.js.map', 'menu.key', 'server.pem'];
    expect(split(paths, ['source-maps', 'menu.key'])).toEqual({
      kept: ['app.js', 'app.js.map', 'lib.js.map', 'menu.key'],
      leftOut: {
        'menu.key': ['menu.key'],
        'server.pem': ['server.pem'],
        'source-maps': ['app.js.map', 'lib.js.map'],
      },
    });
  });

  test('is told with its size and whether it is in, secrets first', () => {
    const { leftOut } = leaveOut(filesOf(['a.js.map', '.git/x', '.env']), new Set(['.env']));
    expect(leftOut).toEqual([
      { key: '.env', kind: 'secret', paths: ['.env'], sizeBytes: 10, included: true },
      { key: 'version-control', kind: 'version-control', paths: ['.git/x'], sizeBytes: 10, included: false },
      { key: 'source-maps', kind: 'source-maps', paths: ['a.js.map'], sizeBytes: 10, included: false },
    ]);
  });

  test('is one choice where secrets are many', () => {
    const many = Array.from({ length: 13 }, (_, index) => `certs/${index}.pem`);
    expect(Object.keys(split(many).leftOut)).toEqual(['secret']);
    expect(split(many, ['secret']).kept).toEqual(many);
  });
});
