import { Point } from '@noble/ed25519';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { createSpake2Exchange } from './spake2.ts';

const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const exchange = createSpake2Exchange({ subtle: crypto.subtle, randomness });
const bytes = (text: string) => new TextEncoder().encode(text);

async function run(deviceSecret: string, operatorSecret: string, operatorContext = 'place') {
  const device = exchange.begin('device', bytes(deviceSecret), bytes('place'));
  const operator = exchange.begin('operator', bytes(operatorSecret), bytes(operatorContext));
  const [a, b] = await Promise.all([device.finish(operator.share), operator.finish(device.share)]);
  if (a === undefined || b === undefined) throw new Error('no session');
  return { a, b };
}

describe('SPAKE2 (RFC 9382)', () => {
  test.each([
    ['M', 'd048032c6ea0b6d697ddc2e86bda85a33adac920f1bf18e1b0c6d166a5cecdaf'],
    ['N', 'd3bfb518f44f3430f29d0c92af503865a1ed3281dc69b35dd868ba85f886c4ab'],
  ])('%s comes from the public seed of the RFC, so nobody chose it', (name, expected) => {
    let hash = bytes(`edwards25519 point generation seed (${name})`);
    for (let round = 0; round < 100; round++) {
      hash = sha256(hash) as typeof hash;
      const found = primeOrderPoint(hash);
      if (found !== undefined) return expect(found).toBe(expected);
    }
    expect.unreachable('no point in a hundred rounds');
  });

  test('with one secret both ends confirm each other and read what the other sealed, in order', async () => {
    const { a, b } = await run('XYZ', 'XYZ');
    expect(a.confirms(b.confirmation)).toBe(true);
    expect(b.confirms(a.confirmation)).toBe(true);
    for (const text of ['first', 'second'])
      expect(await b.open(await a.seal(bytes(text)))).toEqual(bytes(text));
    expect(await a.open(await b.seal(bytes('back')))).toEqual(bytes('back'));
  });

  test.each([
    ['another secret', 'XYZ', 'XYW', 'place'],
    ['another place', 'XYZ', 'XYZ', 'elsewhere'],
  ])('with %s neither confirms, and nothing opens', async (_name, one, two, context) => {
    const { a, b } = await run(one, two, context);
    expect(a.confirms(b.confirmation)).toBe(false);
    expect(b.confirms(a.confirmation)).toBe(false);
    expect(await b.open(await a.seal(bytes('secret')))).toBeUndefined();
  });

  test('attack: the own confirmation sent back, and a message replayed or sent back, are not taken', async () => {
    const { a, b } = await run('XYZ', 'XYZ');
    expect(a.confirms(a.confirmation)).toBe(false);
    const sealed = await a.seal(bytes('once'));
    expect(await a.open(sealed)).toBeUndefined();
    expect(await b.open(sealed)).toEqual(bytes('once'));
    expect(await b.open(sealed)).toBeUndefined();
  });

  test.each([
    ['no point', Uint8Array.of(2, ...new Uint8Array(31))],
    ['too short', new Uint8Array(31)],
    ['a second encoding', new Uint8Array(32).fill(0xff)],
  ])('attack: a share that is %s is refused', async (_name, share) => {
    expect(await exchange.begin('device', bytes('XYZ'), bytes('place')).finish(share)).toBeUndefined();
  });
});

/** The first 32 bytes as a point, when they encode one of the prime-order subgroup. */
function primeOrderPoint(hash: Uint8Array): string | undefined {
  try {
    const point = Point.fromBytes(hash);
    return point.isTorsionFree() ? point.toHex() : undefined;
  } catch {
    return undefined;
  }
}
