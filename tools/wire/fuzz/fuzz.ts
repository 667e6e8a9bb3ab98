import { concatBytes, encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import { WireError } from '../../../src/core/wire/encoding/refusal.ts';
import { DECODERS, type DecoderName } from '../decoders.ts';
import type { Sample } from '../samples/sample.ts';
import { SAMPLES } from '../samples/samples.ts';
import { FAULTS } from './faults.ts';

export interface FuzzFailure {
  readonly decoder: DecoderName;
  readonly hex: string;
  readonly what: string;
}

export interface FuzzFigures {
  readonly runs: number;
  readonly taken: number;
  readonly refused: number;
  readonly slowestMs: number;
  /** What the process held at its most over what it held before. */
  readonly grownBytes: number;
  readonly failures: readonly FuzzFailure[];
}

export interface Fuzzer {
  /** Runs that many more mutations. */
  run(count: number): void;
  figures(): FuzzFigures;
}

/** One input may take this long, and no longer: a guess, thousands of times what the largest valid one takes. */
const MAX_INPUT_MS = 100;
/** Inputs that no decoder has to hold; a decoder that keeps what it reads grows past this within a second. */
const MAX_GROWTH_BYTES = 256 * 1024 * 1024;
const MAX_FAILURES = 20;

/** Numbers that sit at the edges of lengths and counters. */
const EDGES = [0, 1, 0x17, 0x18, 0x1b, 0x1f, 0x7f, 0x80, 0x9a, 0x9f, 0xba, 0xbf, 0xf4, 0xf7, 0xff];

/**
 * Mutations of valid and invalid samples for every decoder. A decoder may return or throw a WireError; anything else, too
 * long a time, or memory that grows is a failure: whoever sends the bytes would stop the node.
 */
export function createFuzzer(seed: number): Fuzzer {
  const random = createRandom(seed);
  const names = Object.keys(DECODERS) as DecoderName[];
  const corpus = new Map<DecoderName, Sample[]>(names.map((name) => [name, []]));
  for (const sample of [...SAMPLES, ...FAULTS]) corpus.get(sample.decoder)!.push(sample);
  const all = [...SAMPLES, ...FAULTS];
  const failures: FuzzFailure[] = [];
  const before = process.memoryUsage().heapUsed;
  let runs = 0;
  let taken = 0;
  let slowestMs = 0;
  let grownBytes = 0;

  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!;

  const fail = (decoder: DecoderName, bytes: Uint8Array, what: string) => {
    if (failures.length < MAX_FAILURES)
      failures.push({ decoder, hex: Buffer.from(bytes).toString('hex'), what });
  };

  /** Milliseconds that the decoder took. */
  const decode = (decoder: DecoderName, bytes: Uint8Array): number => {
    const startedMs = performance.now();
    try {
      DECODERS[decoder](bytes);
      taken++;
    } catch (error) {
      if (!(error instanceof WireError)) fail(decoder, bytes, String(error));
    }
    return performance.now() - startedMs;
  };

  const attempt = (decoder: DecoderName, bytes: Uint8Array) => {
    let tookMs = decode(decoder, bytes);
    // A machine that was busy elsewhere is not slow again and again.
    for (let again = 0; again < 3 && tookMs > MAX_INPUT_MS; again++) {
      const takenBefore = taken;
      tookMs = Math.min(tookMs, decode(decoder, bytes));
      taken = takenBefore;
    }
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > MAX_INPUT_MS) fail(decoder, bytes, `took ${Math.round(tookMs)} ms`);
  };

  const mutate = (bytes: Uint8Array): Uint8Array => {
    const at = random(bytes.length + 1);
    switch (random(9)) {
      case 0:
        return bytes.slice(0, at);
      case 1:
        return concatBytes([bytes.subarray(0, at), noise(random(8)), bytes.subarray(at)]);
      case 2:
        return concatBytes([bytes.subarray(0, at), bytes.subarray(at + 1 + random(8))]);
      case 3: {
        const other = pick(all).bytes;
        return concatBytes([bytes.subarray(0, at), other.subarray(random(other.length + 1))]);
      }
      case 4:
        return concatBytes([bytes, bytes.subarray(at)]);
      case 5:
        return wrapped(bytes);
      default: {
        const out = bytes.slice();
        for (let count = 1 + random(3); count > 0 && out.length > 0; count--)
          out[random(out.length)] = random(2) === 0 ? pick(EDGES) : random(256);
        return out;
      }
    }
  };

  const noise = (length: number) => Uint8Array.from({ length }, () => random(256));

  /** Well-formed on the outside, of a size or depth that nobody sends. */
  const wrapped = (bytes: Uint8Array): Uint8Array => {
    switch (random(40)) {
      case 0:
        return encodeCbor(Array.from({ length: 20_000 }, () => 0));
      case 1:
        return new Uint8Array(70_000).fill(pick(EDGES));
      default: {
        // Deeper than the encoder goes: each head is one byte, of a list of one or of a map of one whose key is "x".
        const heads: number[] = [];
        for (let depth = random(20); depth > 0; depth--)
          heads.push(...(random(2) === 0 ? [0x81] : [0xa1, 0x61, 0x78]));
        return concatBytes([Uint8Array.from(heads), encodeCbor(bytes)]);
      }
    }
  };

  return {
    run: (count) => {
      for (const end = runs + count; runs < end; runs++) {
        const decoder = names[runs % names.length]!;
        // One in eight goes to a decoder that it was not made for.
        const sample = random(8) === 0 ? pick(all) : pick(corpus.get(decoder)!);
        let { bytes } = sample;
        for (let rounds = 1 + random(3); rounds > 0; rounds--) bytes = mutate(bytes);
        attempt(decoder, bytes);
        if (runs % 4096 === 0) grownBytes = Math.max(grownBytes, process.memoryUsage().heapUsed - before);
      }
      if (grownBytes > MAX_GROWTH_BYTES)
        fail('cbor', new Uint8Array(), `the heap grew by ${grownBytes} bytes`);
    },
    figures: () => ({
      runs,
      taken,
      refused: runs - taken - failures.length,
      slowestMs,
      grownBytes,
      failures,
    }),
  };
}

/** Whole numbers below `bound`, from a linear congruential generator (Numerical Recipes): the same for the same seed anywhere. */
function createRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
