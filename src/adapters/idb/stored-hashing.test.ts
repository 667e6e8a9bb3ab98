import { describe, expect, test, vi } from 'vitest';
import { sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import {
  answerHashing,
  type HashingAnswer,
  type HashingRequest,
  hashBeside,
  hashHere,
  hashInOneGo,
  type StoredHashing,
} from './stored-hashing.ts';

const BYTES = sampleBytes(9 * 1024 * 1024 + 7, 1);
const expected = async () =>
  Buffer.from(await crypto.subtle.digest('SHA-256', BYTES.slice())).toString('hex');

/** A thread that answers in later tasks; `fails`: its script is not there. */
function aWorker(options: { readonly fails?: boolean } = {}) {
  const unanswered: number[] = [];
  const worker = { onmessage: null, onerror: null, terminate: vi.fn() } as unknown as Worker;
  const later = (run: () => void) => setTimeout(run, 0);
  const say = (data: HashingAnswer) =>
    later(() => {
      if ('hashed' in data) unanswered.shift();
      worker.onmessage?.({ data } as MessageEvent);
    });
  let handle: (request: HashingRequest) => void = () => {};
  if (options.fails) later(() => worker.onerror?.({ message: 'not found' } as ErrorEvent));
  else handle = answerHashing(say);
  let mostUnanswered = 0;
  worker.postMessage = (request: HashingRequest) => {
    if ('bytes' in request) unanswered.push(request.bytes.length);
    mostUnanswered = Math.max(
      mostUnanswered,
      unanswered.reduce((sum, length) => sum + length, 0),
    );
    later(() => handle(request));
  };
  return { worker, mostUnanswered: () => mostUnanswered };
}

async function digestInParts(hashing: StoredHashing): Promise<string> {
  // One buffer for all, as a caller that reuses its own would have it.
  const part = new Uint8Array(1_000_003);
  for (let at = 0; at < BYTES.length; at += part.length) {
    const bytes = BYTES.subarray(at, at + part.length);
    part.set(bytes);
    await hashing.update(part.subarray(0, bytes.length));
  }
  const digest = Buffer.from(await hashing.digest()).toString('hex');
  hashing.close();
  hashing.close();
  return digest;
}

describe('SHA-256 of a file that comes in parts', () => {
  test('is the same in one go, here, and beside the page', async () => {
    for (const hashing of [hashInOneGo(BYTES.length), hashHere(), await hashBeside(() => aWorker().worker)])
      expect(await digestInParts(hashing)).toBe(await expected());
  });

  test('a thread is handed no more than some MiB ahead, and ends with its file', async () => {
    const { worker, mostUnanswered } = aWorker();
    await digestInParts(await hashBeside(() => worker));
    expect(mostUnanswered()).toBeGreaterThan(1_000_003);
    expect(mostUnanswered()).toBeLessThan(6 * 1024 * 1024);
    expect(worker.terminate).toHaveBeenCalled();
  });

  test('a thread that cannot be started leaves the work here, and says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { worker } = aWorker({ fails: true });
    expect(await digestInParts(await hashBeside(() => worker))).toBe(await expected());
    const refuse = () => {
      throw new Error('no workers here');
    };
    expect(await digestInParts(await hashBeside(refuse))).toBe(await expected());
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });

  test('a thread that dies in the middle fails its file', async () => {
    const { worker } = aWorker();
    const hashing = await hashBeside(() => worker);
    await hashing.update(new Uint8Array(10));
    worker.onerror?.({ message: 'out of memory' } as ErrorEvent);
    await expect(hashing.digest()).rejects.toThrow('out of memory');
  });
});
