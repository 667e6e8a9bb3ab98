import { expect, test } from 'vitest';
import { isOnLink } from './on-link.ts';

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['8.8.8.8', false],
  ['2001:4860:4860::8888', false],
  ['no address', false],
])('%s is in a network of this machine: %s', (address, expected) => {
  expect(isOnLink(address)).toBe(expected);
});
