import { expect, test } from 'vitest';
import { readPermissions } from '../../../core/wire/entry/permissions.ts';
import { itemsOf, sentenceOfGrowth } from './permission-words.ts';

test('what a release asks for is said in a line each, also what this version does not know', () => {
  const asked = readPermissions({
    reach: ['https://*.example.com', 'wss://live.example.com:8443'],
    popups: ['https://pay.example.com'],
    camera: true,
    midi: true,
  });
  expect(itemsOf(asked).map(({ words }) => words)).toEqual([
    'reaches every name below https://example.com',
    'reaches wss://live.example.com:8443',
    'opens pages of https://pay.example.com in a window',
    'uses the camera',
    'asks for "midi", which this version of Fieldfare does not know',
  ]);
});

test('what is more than before is one sentence', () => {
  const growth = (map: Parameters<typeof readPermissions>[0]) => readPermissions(map);
  expect(sentenceOfGrowth('menu 1.2.0', growth({ camera: true }))).toBe('menu 1.2.0 also uses the camera');
  expect(
    sentenceOfGrowth('menu 1.2.0', growth({ camera: true, print: true, reach: ['https://api.example.com'] })),
  ).toBe('menu 1.2.0 also reaches https://api.example.com, uses the camera and prints');
});
