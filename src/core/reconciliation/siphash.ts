/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) with a 64-bit result, on 32-bit halves
 * because BigInt is some fifty times slower here.
 */

/** 128 bits as four little-endian words. */
export type SipKey = Readonly<[number, number, number, number]>;

/** The key whose little-endian bytes are these 16. */
export function sipKeyFromBytes(bytes: Uint8Array): SipKey {
  if (bytes.length !== 16) throw new RangeError(`a SipHash key has 16 bytes, this has ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return [
    view.getUint32(0, true),
    view.getUint32(4, true),
    view.getUint32(8, true),
    view.getUint32(12, true),
  ];
}

/**
 * Hashes `byteLength` bytes that stand in `words`, little-endian, from word `from` on. Where the length is no multiple of
 * 8, the words up to the next multiple must be there and be zero beyond the message. Writes the low half of the result to
 * `result[0]` and the high half to `result[1]`.
 */
export function sipHash24(
  key: SipKey,
  words: Uint32Array,
  from: number,
  byteLength: number,
  result: Uint32Array,
): void {
  const [k0, k1, k2, k3] = key;
  let a0 = k0 ^ 0x70736575;
  let a1 = k1 ^ 0x736f6d65;
  let b0 = k2 ^ 0x6e646f6d;
  let b1 = k3 ^ 0x646f7261;
  let c0 = k0 ^ 0x6e657261;
  let c1 = k1 ^ 0x6c796765;
  let d0 = k2 ^ 0x79746573;
  let d1 = k3 ^ 0x74656462;
  const whole = byteLength >>> 3;
  const tail = (byteLength & 7) > 0;
  for (let block = 0; block <= whole + 1; block++) {
    const last = block === whole;
    const finish = block > whole;
    const at = from + 2 * block;
    const m0 = finish || (last && !tail) ? 0 : words[at]!;
    const m1 = finish ? 0 : last ? (tail ? words[at + 1]! : 0) | (byteLength << 24) : words[at + 1]!;
    d0 ^= m0;
    d1 ^= m1;
    if (finish) c0 ^= 0xff;
    for (let round = finish ? 4 : 2; round > 0; round--) {
      let low = (a0 >>> 0) + (b0 >>> 0);
      a1 = (a1 + b1 + (low > 0xffffffff ? 1 : 0)) | 0;
      a0 = low | 0;
      let swap = (b0 << 13) | (b1 >>> 19);
      b1 = ((b1 << 13) | (b0 >>> 19)) ^ a1;
      b0 = swap ^ a0;
      swap = a0;
      a0 = a1;
      a1 = swap;

      low = (c0 >>> 0) + (d0 >>> 0);
      c1 = (c1 + d1 + (low > 0xffffffff ? 1 : 0)) | 0;
      c0 = low | 0;
      swap = (d0 << 16) | (d1 >>> 16);
      d1 = ((d1 << 16) | (d0 >>> 16)) ^ c1;
      d0 = swap ^ c0;

      low = (a0 >>> 0) + (d0 >>> 0);
      a1 = (a1 + d1 + (low > 0xffffffff ? 1 : 0)) | 0;
      a0 = low | 0;
      swap = (d0 << 21) | (d1 >>> 11);
      d1 = ((d1 << 21) | (d0 >>> 11)) ^ a1;
      d0 = swap ^ a0;

      low = (c0 >>> 0) + (b0 >>> 0);
      c1 = (c1 + b1 + (low > 0xffffffff ? 1 : 0)) | 0;
      c0 = low | 0;
      swap = (b0 << 17) | (b1 >>> 15);
      b1 = ((b1 << 17) | (b0 >>> 15)) ^ c1;
      b0 = swap ^ c0;
      swap = c0;
      c0 = c1;
      c1 = swap;
    }
    a0 ^= m0;
    a1 ^= m1;
  }
  result[0] = a0 ^ b0 ^ c0 ^ d0;
  result[1] = a1 ^ b1 ^ c1 ^ d1;
}
