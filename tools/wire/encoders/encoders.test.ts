import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WireError } from '../../../src/core/wire/encoding/refusal.ts';
import { DECODERS, type DecoderName } from '../decoders.ts';
import { render } from '../vectors/render.ts';
import { ENCODERS, MESSAGE_ENCODERS } from './encoders.ts';
import type { Encoding } from './encoding.ts';

const CASES: readonly (readonly [name: string, DecoderName, Encoding])[] = [
  ...Object.entries(ENCODERS).map(([name, values]) => [name, name as DecoderName, values] as const),
  ...MESSAGE_ENCODERS.map(([type, values]) => [`message ${type}`, 'message', values] as const),
];
/** Take what they are given as long as it can be written at all; a goodbye is cut to what is read. */
const REFUSE_NOTHING: readonly string[] = [
  'revert body',
  'link body',
  'mode body',
  ...['join', 'neighbor', 'neighbor-answer', 'disconnect', 'goodbye'].map((type) => `message ${type}`),
];

test.each(CASES)(
  '%s: what is written is read again, or refused where it is written (W9)',
  (name, decoder, values) => {
    let written = 0;
    let refused = 0;
    fc.assert(
      fc.property(values, (encode) => {
        let bytes: Uint8Array;
        try {
          bytes = encode();
        } catch (error) {
          // Fractions and the like have no encoding at all (TypeError); what is too much says so.
          if (!(error instanceof WireError || error instanceof TypeError || error instanceof RangeError))
            throw error;
          refused++;
          return;
        }
        written++;
        expect(render(DECODERS[decoder](bytes))).toBeDefined();
      }),
      { numRuns: 400 },
    );
    expect(written).toBeGreaterThan(40);
    if (!REFUSE_NOTHING.includes(name)) expect(refused).toBeGreaterThan(0);
  },
  60_000,
);
