import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vectors } from '../../../vectors/ed25519.json' with { type: 'json' };
import type { Keys } from '../../ports/keys.ts';
import { nobleVerify } from '../noble/verify.ts';
import { packBatch, unpackBatch } from './batch.ts';
import { createVerificationPool } from './pool.ts';
import { answerBatch, type StartVerifyingThread } from './thread.ts';

const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const CHECKS = vectors.map(({ key, message, signature, valid }) => ({
  key: fromHex(key),
  message: fromHex(message),
  signature: fromHex(signature),
  valid,
}));

/** Threads that run in this one; `working: false`: they keep what they are sent. */
function createSubject({ verifyHere = nobleVerify, working = true } = {}) {
  const threads: { sent: number; closed: boolean; fail: (error: unknown) => void }[] = [];
  const failures: unknown[] = [];
  const timers = new Set<() => void>();
  const start: StartVerifyingThread = (onAnswer, onFailure) => {
    const thread = { sent: 0, closed: false, fail: onFailure };
    threads.push(thread);
    return {
      post: (request) => {
        thread.sent += unpackBatch(request.batch).length;
        if (working) void answerBatch(request, nobleVerify).then(onAnswer);
      },
      close: () => {
        thread.closed = true;
      },
    };
  };
  const pool = createVerificationPool({
    verifyHere,
    start,
    threads: 2,
    clock: {
      schedule: (_delayMs, run) => {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
    onFailure: (error) => failures.push(error),
  });
  const verifyAll = (checks = CHECKS) =>
    Promise.all(checks.map(({ key, message, signature }) => pool.verify(key, message, signature)));
  const restPassed = () => {
    for (const run of [...timers]) run();
  };
  return { pool, threads, failures, verifyAll, restPassed };
}

/** Enough at once that threads are started. */
const MANY = Array.from({ length: Math.ceil(200 / CHECKS.length) }, () => CHECKS).flat();
const EXPECTED = MANY.map(({ valid }) => valid);

describe('signatures checked in threads', () => {
  test('what is asked many at once is answered as it is here, in its order', async () => {
    const { threads, verifyAll } = createSubject();
    expect(await verifyAll(MANY)).toEqual(EXPECTED);
    expect(threads.map(({ sent }) => sent > 0)).toEqual([true, true]);
  });

  test('what is asked a few at a time starts no thread', async () => {
    const { threads, verifyAll } = createSubject();
    for (let at = 0; at < MANY.length; at += 8)
      expect(await verifyAll(MANY.slice(at, at + 8))).toEqual(EXPECTED.slice(at, at + 8));
    expect(threads).toEqual([]);
  });

  test('a key or signature of another length is false, beside others in threads', async () => {
    const { pool, verifyAll } = createSubject();
    const all = verifyAll(MANY);
    const { key, message, signature } = CHECKS[0]!;
    expect(await pool.verify(key.subarray(1), message, signature)).toBe(false);
    expect(await pool.verify(key, message, new Uint8Array(65))).toBe(false);
    expect(await all).toEqual(EXPECTED);
  });

  test('when a thread dies everything is checked here, and none is started again', async () => {
    const { threads, failures, verifyAll } = createSubject({ working: false });
    const all = verifyAll(MANY);
    threads[0]!.fail(new Error('the policy forbids it'));
    threads[1]!.fail(new Error('the policy forbids it'));
    expect(await all).toEqual(EXPECTED);
    expect(await verifyAll(MANY)).toEqual(EXPECTED);
    expect(threads.map(({ closed }) => closed)).toEqual([true, true]);
    expect(failures).toHaveLength(1);
  });

  test('a thread that cannot even be made is the same', async () => {
    const pool = createVerificationPool({
      verifyHere: nobleVerify,
      start: () => {
        throw new Error('no workers here');
      },
      threads: 2,
      clock: { schedule: () => () => {} },
      onFailure: () => {},
    });
    const all = await Promise.all(
      MANY.map(({ key, message, signature }) => pool.verify(key, message, signature)),
    );
    expect(all).toEqual(EXPECTED);
  });

  test('threads that have rested are ended, and started again when there is much to do', async () => {
    const { threads, verifyAll, restPassed } = createSubject();
    await verifyAll(MANY);
    restPassed();
    expect(threads.map(({ closed }) => closed)).toEqual([true, true]);
    expect(await verifyAll(MANY)).toEqual(EXPECTED);
    expect(threads).toHaveLength(4);
  });

  test('what is under way at the end is answered, and the threads are gone', async () => {
    const { pool, threads, verifyAll } = createSubject({ working: false });
    const all = verifyAll(MANY);
    pool.close();
    pool.close();
    expect(await all).toEqual(EXPECTED);
    expect(threads.map(({ closed }) => closed)).toEqual([true, true]);
  });

  test('an error of the checks here comes out and holds nothing up', async () => {
    let calls = 0;
    const verifyHere: Keys['verify'] = (...check) =>
      calls++ === 0 ? Promise.reject(new Error('out of memory')) : nobleVerify(...check);
    const { pool, verifyAll } = createSubject({ verifyHere });
    const { key, message, signature } = CHECKS[0]!;
    await expect(pool.verify(key, message, signature)).rejects.toThrow('out of memory');
    expect(await verifyAll(MANY)).toEqual(EXPECTED);
  });
});

test('a packed batch reads back as it was', () => {
  const check = fc.record({
    key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    message: fc.uint8Array({ maxLength: 600 }),
  });
  fc.assert(
    fc.property(fc.array(check, { maxLength: 40 }), (checks) => {
      expect(unpackBatch(packBatch(checks))).toEqual(checks);
    }),
  );
});
