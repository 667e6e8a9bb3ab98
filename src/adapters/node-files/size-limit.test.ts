import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileLedgerStore } from './ledger-store.ts';

/** A process that may write files of 16 KiB at most: a batch that stays under it, one that does not, and 37 small ones. */
const PROGRAM = `
  import { createFileLedgerStore } from ${JSON.stringify(new URL('ledger-store.ts', import.meta.url).href)};
  const store = await createFileLedgerStore(process.argv[1]);
  const record = (seed, sizeBytes) => ({ key: 'entry ' + seed, envelope: new Uint8Array(sizeBytes).fill(seed) });
  const kept = [];
  const append = async (seeds, sizeBytes) => {
    try {
      await store.append(seeds.map((seed) => record(seed, sizeBytes)));
      kept.push(...seeds);
    } catch (error) {
      console.error(error.name + ': ' + error.message);
    }
  };
  await append([1, 2, 3, 4], 2500);
  await append([5, 6, 7, 8], 2500);
  for (let seed = 11; seed < 48; seed++) await append([seed], 50);
  console.log(JSON.stringify(kept));
`;
const LIMIT_BYTES = 16 * 1024;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldfare-limit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what a process acknowledged after a write that met its size limit is there when the next one starts', async () => {
  const { stdout, stderr } = await promisify(execFile)('bash', [
    '-c',
    `ulimit -f ${LIMIT_BYTES / 1024} && exec "$0" --import tsx --input-type=module --eval "$1" "$2"`,
    process.execPath,
    PROGRAM,
    folder,
  ]);
  const kept: number[] = JSON.parse(stdout);
  expect(stderr).toMatch(/^StorageRefused: .*ulimit -f/);
  expect(kept).toEqual([1, 2, 3, 4, ...Array.from({ length: 37 }, (_, at) => 11 + at)]);

  const store = await createFileLedgerStore(folder);
  const { envelopes, damaged } = await store.load();
  expect(envelopes.map((envelope) => envelope[0])).toEqual(kept);
  expect(damaged).toBe(0);
  expect(await readdir(folder)).toHaveLength(1);
  expect((await stat(join(folder, (await readdir(folder))[0]!))).size).toBeLessThan(LIMIT_BYTES);
});
