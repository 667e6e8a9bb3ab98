import { expect, test } from 'vitest';
import { ancestorsOf, ledgerAddress, nameOf, parentOf, readTypedPath } from './paths.ts';

test('a path is taken apart up to the root', () => {
  expect(ancestorsOf('/config/fleet/theme')).toEqual(['/', '/config', '/config/fleet']);
  expect(ancestorsOf('/')).toEqual([]);
  expect([parentOf('/config'), parentOf('/'), nameOf('/config/fleet'), nameOf('/')]).toEqual([
    '/',
    '/',
    'fleet',
    '/',
  ]);
});

test.each([
  ['', '/'],
  [' config/fleet/ ', '/config/fleet'],
  ['//config', '/config'],
])('what is typed as "%s" is the path %s', (typed, path) => {
  expect(readTypedPath(typed)).toBe(path);
});

test('an address holds only what is not the default', () => {
  expect(ledgerAddress({ path: '/' })).toBe('/ledger');
  expect(ledgerAddress({ path: '/config/a b', at: 'x' })).toBe('/ledger?path=%2Fconfig%2Fa+b&at=x');
});
