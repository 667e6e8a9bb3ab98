import type { FileHasher } from '../file-hasher.ts';
import { type AcceptanceCase, check, checkEqual, checkRejects } from './acceptance-case.ts';
import { hashOf, sampleBytes } from './sample-bytes.ts';

const MIB = 1024 * 1024;

/** Each case opens one and closes it. `unreadable` makes a file that cannot be read, where that can be had without a disk. */
export function fileHasherCases(
  open: () => FileHasher,
  unreadable: (() => Blob) | undefined,
): readonly AcceptanceCase[] {
  const withHasher = (name: string, run: (hasher: FileHasher) => Promise<void>): AcceptanceCase => ({
    name,
    run: async () => {
      const hasher = open();
      try {
        await run(hasher);
      } finally {
        hasher.close();
      }
    },
  });
  const silent = { onProgress: () => {} };
  const blobOf = (bytes: Uint8Array) => new Blob([bytes.slice()]);

  return [
    ...[0, 1, 65_537, 3 * MIB + 5, 40 * MIB + 17].map((sizeBytes) =>
      withHasher(
        `a file of ${sizeBytes} bytes has its SHA-256, and progress that ends with all of it`,
        async (hasher) => {
          const bytes = sampleBytes(sizeBytes, 3);
          const seen: number[] = [];
          const hash = await hasher.hash(blobOf(bytes), { onProgress: (done) => seen.push(done) });
          checkEqual(hash, await hashOf(bytes), 'the hash');
          checkEqual(seen.at(-1), sizeBytes, 'the last progress');
          check(
            seen.every((done, index) => index === 0 || done >= seen[index - 1]!),
            'progress never goes back',
          );
          if (sizeBytes > 16 * MIB)
            check(seen.length > 4, `a large file is told of in steps, not in ${seen.length}`);
        },
      ),
    ),

    withHasher('several files at once each have their own', async (hasher) => {
      const files = [1, 2, 3, 4].map((seed) => sampleBytes(seed * MIB, seed));
      const hashes = await Promise.all(files.map((bytes) => hasher.hash(blobOf(bytes), silent)));
      checkEqual(hashes, await Promise.all(files.map(hashOf)), 'the hashes');
    }),

    ...(unreadable === undefined
      ? []
      : [
          withHasher(
            'a file that cannot be read any more is refused as such, and the next one is hashed',
            async (hasher) => {
              await checkRejects(hasher.hash(unreadable(), silent), 'FileUnreadable');
              const bytes = sampleBytes(20, 2);
              checkEqual(await hasher.hash(blobOf(bytes), silent), await hashOf(bytes), 'the next file');
            },
          ),
        ]),

    withHasher(
      'hashing that is aborted ends with the reason, and the next file is hashed',
      async (hasher) => {
        const abort = new AbortController();
        const large = hasher.hash(blobOf(sampleBytes(48 * MIB, 4)), {
          onProgress: () => abort.abort(new RangeError('another folder')),
          signal: abort.signal,
        });
        await checkRejects(large, 'RangeError');
        const aborted = hasher.hash(blobOf(sampleBytes(9, 4)), { ...silent, signal: abort.signal });
        await checkRejects(aborted, 'RangeError');
        const bytes = sampleBytes(20, 2);
        checkEqual(await hasher.hash(blobOf(bytes), silent), await hashOf(bytes), 'the next file');
      },
    ),

    withHasher('closing ends what is under way', async (hasher) => {
      const large = hasher.hash(blobOf(sampleBytes(48 * MIB, 5)), silent);
      hasher.close();
      hasher.close();
      await checkRejects(large, 'FileUnreadable');
      await checkRejects(hasher.hash(blobOf(sampleBytes(9, 5)), silent), 'FileUnreadable');
    }),
  ];
}
