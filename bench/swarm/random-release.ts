import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../seeded-random.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
/** A guess at what kiosks show: most bytes are a few large media, most files are small. */
const SHARES = [
  { ofBytes: 3 / 4, count: 6 },
  { ofBytes: 3 / 16, count: 12 },
  { ofBytes: 1 / 16, count: 32 },
];

/** A web app of so many bytes that no other release shares and that do not compress. */
export async function writeRandomRelease(
  folder: string,
  {
    version,
    mebibytes,
    seed,
  }: { readonly version: string; readonly mebibytes: number; readonly seed: number },
): Promise<void> {
  await mkdir(join(folder, 'media'), { recursive: true });
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Bench</title><h1>bench ${version}</h1>`,
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'bench', version }));
  const random = seededRandom(seed);
  for (const [at, { ofBytes, count }] of SHARES.entries())
    for (let index = 0; index < count; index++)
      await writeFile(
        join(folder, 'media', `${at}-${index}.bin`),
        randomBytes(Math.round((mebibytes * MIB * ofBytes) / count), random),
      );
}

function randomBytes(sizeBytes: number, random: () => number): Uint8Array {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  for (let at = 0; at < words.length; at++) words[at] = random() * 2 ** 32;
  return new Uint8Array(words.buffer, 0, sizeBytes);
}
