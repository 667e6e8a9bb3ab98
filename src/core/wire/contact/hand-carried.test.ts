import { describe, expect, test } from 'vitest';
import { encodeCbor } from '../encoding/cbor.ts';
import { encodeCheckedText } from '../encoding/checked-text.ts';
import { type FleetId, idFromBytes } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { decodeHandCarried, encodeHandCarried, type HandCarriedSignals } from './hand-carried.ts';

const fleet = new Uint8Array(32).fill(1);
const attempt = new Uint8Array(8).fill(2);
const carried: HandCarriedSignals = {
  fleet: idFromBytes<FleetId>(fleet),
  attempt,
  end: 'offer',
  signals: [new Uint8Array(900).fill(3), Uint8Array.of(4)],
};

describe('signals that people carry (S16)', () => {
  test('come back as they were, also from a text that a mail program broke into lines', () => {
    const text = encodeHandCarried(carried);
    expect(decodeHandCarried(text)).toEqual(carried);
    expect(decodeHandCarried(` ${text.replace(/.{70}/g, '$&\r\n')}\n`)).toEqual(carried);
    expect(decodeHandCarried(encodeHandCarried({ ...carried, end: 'answer' })).end).toBe('answer');
  });

  test('are refused in words when the text is cut short or changed', () => {
    const text = encodeHandCarried(carried);
    const changed = `${text.slice(0, 40)}${text[40] === 'A' ? 'B' : 'A'}${text.slice(41)}`;
    for (const bad of ['', text.slice(0, -1), changed, 'hello'])
      expect(() => decodeHandCarried(bad)).toThrow(/cut short or changed/);
  });

  test.each([
    ['another version', [2, fleet, attempt, true, []]],
    ['a short name', [1, fleet, attempt.slice(1), true, []]],
    ['more signals than one end has', [1, fleet, attempt, true, Array(66).fill(Uint8Array.of(1))]],
    ['an end that is neither', [1, fleet, attempt, 1, []]],
  ])('attack: %s is refused', (_name, body) => {
    expect(() => decodeHandCarried(encodeCheckedText(encodeCbor(body)))).toThrow(WireError);
  });
});
