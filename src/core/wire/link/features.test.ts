import { expect, test } from 'vitest';
import valid from '../../../../vectors/wire-valid.json' with { type: 'json' };
import { FEATURES, isSpoken, readFeatures } from './features.ts';
import { decodeMessage } from './message.ts';

test('whoever names nothing is told all of the base of 1.0 (H14)', () => {
  const types = valid.vectors
    .filter(({ decoder }) => decoder === 'message')
    .map(({ hex }) => decodeMessage(Buffer.from(hex, 'hex')).type)
    .filter((type) => type !== 'unknown');
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => !isSpoken(type, new Set()))).toEqual([]);
});

test('a message that belongs to nothing that a neighbour named is not for it (H14)', () => {
  expect(isSpoken('of-a-later-version' as never, new Set(['patches']))).toBe(false);
});

test('what this version names is what it would read (H14)', () => {
  expect(readFeatures([...FEATURES])).toEqual(FEATURES);
});
