import { describe, expect, test } from 'vitest';
import { fileHasherCases } from '../../ports/acceptance/file-hasher.ts';
import { hashOf, sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import type { FileHasher } from '../../ports/file-hasher.ts';
import { createFileHasher } from './hasher.ts';
import { answerHashing, type HashAnswer, type HashRequest, type StartHashingThread } from './thread.ts';

/** As a browser does when a file is not as it was when it was chosen. */
function unreadable(): Blob {
  const file = new Blob(['x']);
  const refuse = () => Promise.reject(new DOMException('it changed', 'NotReadableError'));
  Object.defineProperty(file, 'arrayBuffer', { value: refuse });
  return file;
}

/** Threads that run in this one, whose messages take a turn of the event loop as those of a worker do. */
function subject(options: { readonly broken?: 'at once' | 'later' } = {}) {
  const threads: { closed: boolean; requests: HashRequest[]; fail: (error: unknown) => void }[] = [];
  const failures: unknown[] = [];
  let rest = () => {};
  const start: StartHashingThread = (onAnswer, onFailure) => {
    if (options.broken === 'at once') throw new Error('workers are forbidden');
    const thread = { closed: false, requests: [] as HashRequest[], fail: onFailure };
    threads.push(thread);
    const later = (run: () => void) => setTimeout(() => !thread.closed && run(), 0);
    const answer = answerHashing((message: HashAnswer) => later(() => onAnswer(message)));
    return {
      post: (request) => {
        thread.requests.push(request);
        if (options.broken !== 'later') later(() => answer(request));
      },
      close: () => {
        thread.closed = true;
      },
    };
  };
  const hasher = createFileHasher({
    start,
    clock: {
      schedule: (_, run) => {
        rest = run;
        return () => {
          rest = () => {};
        };
      },
    },
    onFailure: (error) => failures.push(error),
  });
  return { hasher, threads, failures, rest: () => rest() };
}

const kits: [string, () => FileHasher][] = [
  ['in a thread', () => subject().hasher],
  ['where no thread can be had', () => subject({ broken: 'at once' }).hasher],
];
for (const [where, open] of kits)
  describe(`the kit of file hashers, ${where}`, () => {
    for (const { name, run } of fileHasherCases(open, unreadable)) test(name, run);
  });

describe('a hashing thread', () => {
  const silent = { onProgress: () => {} };
  const bytes = sampleBytes(100, 1);
  const file = new Blob([bytes.slice()]);

  test('is started for the first file, and ended when it has rested', async () => {
    const { hasher, threads, rest } = subject();
    expect(threads).toHaveLength(0);
    await hasher.hash(file, silent);
    await hasher.hash(file, silent);
    expect(threads).toMatchObject([{ closed: false }]);
    rest();
    expect(threads).toMatchObject([{ closed: true }]);
    await hasher.hash(file, silent);
    expect(threads).toHaveLength(2);
  });

  test('that dies leaves its files to the page, and is not started again', async () => {
    const { hasher, threads, failures } = subject({ broken: 'later' });
    const hashing = hasher.hash(file, silent);
    threads[0]!.fail(new Error('gone'));
    expect(await hashing).toBe(await hashOf(bytes));
    expect(await hasher.hash(file, silent)).toBe(await hashOf(bytes));
    expect(threads).toHaveLength(1);
    expect(failures).toHaveLength(1);
  });

  test('is told what is not wanted any more', async () => {
    const { hasher, threads } = subject({ broken: 'later' });
    const abort = new AbortController();
    const hashing = hasher.hash(file, { ...silent, signal: abort.signal });
    abort.abort(new RangeError('another folder'));
    await expect(hashing).rejects.toThrow('another folder');
    expect(threads[0]!.requests.map(({ type }) => type)).toEqual(['hash', 'drop']);
  });
});
