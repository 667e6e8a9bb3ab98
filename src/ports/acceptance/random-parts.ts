import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import type { ByteChannel } from '../connections.ts';

/** Mulberry32 (Tommy Ettinger, public domain): enough to make a run repeatable. Numbers from 0 up, below 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Another one in each run: cuts that no fixed seed makes are met sooner or later. It stands in the error of what fails. */
export function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}

/** Sizes of parts: some of a few bytes, which fall into heads of messages, and some of more than a block. */
export function partSizes(random: () => number): () => number {
  return () => 1 + Math.floor(random() * [24, 1_500, 16_384, 80_000][Math.floor(random() * 4)]!);
}

/**
 * The same bytes in the same order, cut and joined elsewhere: a writer's on their way into the channel, and on their way out what arrived
 * until a later task, some parts of it in this task and some in the next. Whoever leans on the bounds of messages fails over it.
 */
export function cutAndJoin(channel: ByteChannel, random: () => number): ByteChannel {
  const nextSize = partSizes(random);
  let arrived: Uint8Array[] = [];
  let listener: ((bytes: Uint8Array) => void) | undefined;
  let delivering = false;

  const deliver = () => {
    const joined = concatBytes(arrived);
    arrived = [];
    let at = 0;
    do {
      const part = joined.slice(at, at + nextSize());
      at += part.length;
      listener?.(part);
    } while (at < joined.length && random() < 0.5);
    if (at < joined.length) arrived.unshift(joined.subarray(at));
    delivering = arrived.length > 0;
    if (delivering) inLaterTask(deliver);
  };

  return {
    ...channel,
    async write(bytes) {
      const parts: Promise<void>[] = [];
      for (let at = 0; at < bytes.length || parts.length === 0; ) {
        const part = bytes.subarray(at, at + nextSize());
        at += part.length;
        parts.push(channel.write(part));
      }
      await Promise.all(parts);
    },
    onBytes(next) {
      listener = next;
      channel.onBytes((bytes) => {
        arrived.push(bytes.slice());
        if (delivering) return;
        delivering = true;
        inLaterTask(deliver);
      });
    },
  };
}

/** Sooner than any timer. */
function inLaterTask(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(0);
}
