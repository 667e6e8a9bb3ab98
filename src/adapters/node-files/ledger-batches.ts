import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Disk } from './disk.ts';
import { readIfThere, replaceFile } from './folder.ts';
import { encodeFrame, type LedgerRecord, readFrames, recordsOf } from './ledger-frames.ts';
import { ledgerName, markerOf } from './ledger-name.ts';

/** Length of the body and its CRC-32, 4 bytes each, little endian. */
const HEADER_BYTES = 8;

/**
 * Puts what is whole in a ledger file of version 1 of a node's folder, which is batches, into one of frames, before all that is in that
 * already: entries that came later refer to it. It may be done again. Resolves with the path of what is not needed any more; a file that is
 * damaged stays for whoever can read more of it.
 */
export async function migrateBatches(disk: Disk, ledgerFolder: string): Promise<readonly string[]> {
  const old = join(ledgerFolder, 'ledger');
  const bytes = await readIfThere(disk, old);
  if (bytes === undefined) return [];
  const name = ledgerName(await disk.names(ledgerFolder));
  const path = join(ledgerFolder, name);
  const marker = markerOf(name);
  const there = (await readIfThere(disk, path)) ?? new Uint8Array(0);
  const kept = new Set(readFrames(marker, there).records.map(({ key }) => key));
  const { records, isWhole } = readBatches(bytes);
  const frames = records.filter(({ key }) => !kept.has(key)).map((record) => encodeFrame(marker, [record]));
  await replaceFile(disk, path, Buffer.concat([...frames, there]));
  return isWhole ? [old] : [];
}

/**
 * Batches have no marker: each is a header and a body as a frame has it. One that fails its checksum is left out, and nothing can be found
 * behind a length that is damaged.
 */
function readBatches(file: Uint8Array): {
  readonly records: readonly LedgerRecord[];
  readonly isWhole: boolean;
} {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const records = new Map<string, LedgerRecord>();
  let isWhole = true;
  for (let at = 0; at < bytes.length; ) {
    const end = at + HEADER_BYTES + (at + HEADER_BYTES > bytes.length ? 0 : bytes.readUInt32LE(at));
    if (end > bytes.length) {
      isWhole = false;
      break;
    }
    const body = bytes.subarray(at + HEADER_BYTES, end);
    const inBatch = crc32(body) === bytes.readUInt32LE(at + 4) ? recordsOf(body) : undefined;
    if (inBatch === undefined) isWhole = false;
    for (const record of inBatch ?? []) if (!records.has(record.key)) records.set(record.key, record);
    at = end;
  }
  return { records: [...records.values()], isWhole };
}
