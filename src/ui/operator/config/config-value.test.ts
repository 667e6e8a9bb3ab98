import { describe, expect, test } from 'vitest';
import { editConfigValue, readConfigValue, type ValueKind } from './config-value.ts';

describe('a typed value', () => {
  test('is its own text, whatever it looks like', () => {
    expect(readConfigValue('text', ' true ')).toEqual({ type: 'value', value: ' true ' });
  });

  test('is what its JSON says', () => {
    expect(readConfigValue('json', '{"from": [1, null]}')).toEqual({
      type: 'value',
      value: { from: [1, null] },
    });
  });

  test.each([
    ['', 'Nothing is written'],
    ['{from: 1}', 'This is not JSON'],
    ['{"a": [0.5]}', '0.5 is not a whole number'],
    ['9007199254740993', 'is not a whole number'],
  ])('is refused with the reason: %s', (typed, reason) => {
    expect(readConfigValue('json', typed)).toMatchObject({
      type: 'problem',
      problem: expect.stringContaining(reason),
    });
  });

  test.each<[ValueKind, string]>([
    ['text', 'slate'],
    ['text', '3'],
    ['json', '{"a":[1,true,null]}'],
  ])('comes back for editing as the %s it was: %s', (kind, typed) => {
    const reading = readConfigValue(kind, typed);
    if (reading.type === 'problem') throw new Error(reading.problem);
    expect(editConfigValue(JSON.stringify(reading.value))).toEqual({ kind, typed });
  });
});
