import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { WireError } from '../../../src/core/wire/encoding/refusal.ts';
import { DECODERS } from '../decoders.ts';
import { viewOf } from '../samples/signed-fleet.ts';
import { render } from './render.ts';
import { type FleetVector, type InvalidVector, makeVectors, type ValidVector } from './vectors.ts';

const read = async <File>(name: string): Promise<File> =>
  JSON.parse(await readFile(new URL(`../../../vectors/${name}`, import.meta.url), 'utf8'));
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

const valid = await read<{ vectors: ValidVector[] }>('wire-valid.json');
const invalid = await read<{ vectors: InvalidVector[] }>('wire-invalid.json');
const fleet = await read<FleetVector>('fleet.json');

describe('golden vectors (W8)', () => {
  test.each(valid.vectors)('$decoder, $name: read as it was', ({ decoder, hex, value }) => {
    expect(JSON.parse(render(DECODERS[decoder](bytesOf(hex))) ?? 'null')).toEqual(value);
  });

  test.each(invalid.vectors)('$decoder, $name: turned away for its reason', ({ decoder, hex, reason }) => {
    expect(() => DECODERS[decoder](bytesOf(hex))).toThrow(new WireError(reason));
  });

  test('every decoder has one that is valid and one that is not', () => {
    for (const { vectors } of [valid, invalid])
      expect([...new Set(vectors.map(({ decoder }) => decoder))].sort()).toEqual(
        Object.keys(DECODERS).sort(),
      );
  });

  test('signed envelopes fold to their view in either order', async () => {
    const envelopes = fleet.envelopes.map(bytesOf);
    expect(await viewOf(envelopes)).toEqual(fleet.view);
    expect(await viewOf([...envelopes].reverse())).toEqual(fleet.view);
  });

  test('this build writes the same bytes: the wire format has not changed', async () => {
    for (const [name, content] of Object.entries(await makeVectors()))
      expect(JSON.parse(JSON.stringify(content)), `vectors/${name}`).toEqual(await read(name));
  });
});
