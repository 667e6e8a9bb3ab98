import { expect, it } from 'vitest';
import { releasePathOf } from './release-path.ts';

it.each([
  ['/', 'index.html'],
  ['/docs/', 'docs/index.html'],
  ['/assets/app.js', 'assets/app.js'],
  ['/caf%C3%A9.svg', 'café.svg'],
  ['/orders/7', 'orders/7'],
  ['/%2e%2e/secret', undefined],
  ['/a/%2E%2E/b', undefined],
  ['/a//b', undefined],
  ['/a%5Cb', undefined],
  ['/a%00b', undefined],
  ['/%E0%A4%A', undefined],
  [`/${'a'.repeat(1025)}`, undefined],
])('%s names %s', (pathname, path) => {
  expect(releasePathOf(pathname)).toBe(path);
});
