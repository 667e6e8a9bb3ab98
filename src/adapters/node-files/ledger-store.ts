import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { MAX_FRAME_BYTES } from '../../core/wire/limits.ts';
import type { LedgerStore } from '../../ports/stores.ts';
import { openFolder, readIfThere, replaceFile } from './folder.ts';

/**
 * The ledger of a node in one file that only grows. A batch of records is: its length and CRC-32 (4 bytes each, little endian), then
 * for each record the lengths of key and envelope (2 and 4 bytes) and both. A batch that was not written whole fails its checksum, so
 * an append is kept whole or not at all.
 */
export async function createFileLedgerStore(root: string): Promise<LedgerStore> {
  const folder = await openFolder(root);
  const path = folder.path('ledger');
  let known: Set<string> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
    const result = folder.run(doing, async () => {
      await last.catch(() => undefined);
      return work();
    });
    last = result;
    return result;
  };

  const read = async () => {
    const { records, damaged } = readBatches((await readIfThere(path)) ?? Buffer.alloc(0));
    known = new Set(records.map(({ key }) => key));
    if (damaged > 0) await replaceFile(path, records.length === 0 ? Buffer.alloc(0) : encodeBatch(records));
    return { envelopes: records.map(({ envelope }) => envelope), damaged };
  };

  return {
    load: () => inTurn('reading the ledger', read),
    append: (records) =>
      inTurn('appending to the ledger', async () => {
        if (known === undefined) await read();
        const fresh = new Map<string, LedgerRecord>();
        for (const record of records)
          if (!known!.has(record.key) && !fresh.has(record.key)) fresh.set(record.key, record);
        if (fresh.size === 0) return;
        const file = await open(path, 'a', 0o600);
        try {
          await file.writeFile(encodeBatch([...fresh.values()]));
          await file.datasync();
        } finally {
          await file.close();
        }
        for (const key of fresh.keys()) known!.add(key);
      }),
    close: folder.close,
  };
}

interface LedgerRecord {
  readonly key: string;
  readonly envelope: Uint8Array;
}

const BATCH_HEADER_BYTES = 8;
const RECORD_HEADER_BYTES = 6;
const MAX_KEY_BYTES = 1024;

function encodeBatch(records: readonly LedgerRecord[]): Buffer {
  const parts = records.flatMap(({ key, envelope }) => {
    const name = Buffer.from(key);
    const header = Buffer.alloc(RECORD_HEADER_BYTES);
    header.writeUInt16LE(name.length, 0);
    header.writeUInt32LE(envelope.length, 2);
    return [header, name, envelope];
  });
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(BATCH_HEADER_BYTES);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([header, body]);
}

/** Goes on after a batch that fails its checksum; what follows a length that cannot be is one damage more. */
function readBatches(bytes: Buffer): { readonly records: readonly LedgerRecord[]; readonly damaged: number } {
  const records = new Map<string, LedgerRecord>();
  let damaged = 0;
  for (let at = 0; at < bytes.length; ) {
    const end =
      at + BATCH_HEADER_BYTES <= bytes.length ? at + BATCH_HEADER_BYTES + bytes.readUInt32LE(at) : Infinity;
    if (end > bytes.length) {
      damaged += 1;
      break;
    }
    const body = bytes.subarray(at + BATCH_HEADER_BYTES, end);
    const inBatch = crc32(body) === bytes.readUInt32LE(at + 4) ? readBatch(body) : undefined;
    if (inBatch === undefined) damaged += 1;
    for (const record of inBatch ?? []) if (!records.has(record.key)) records.set(record.key, record);
    at = end;
  }
  return { records: [...records.values()], damaged };
}

function readBatch(body: Buffer): readonly LedgerRecord[] | undefined {
  const records: LedgerRecord[] = [];
  for (let at = 0; at < body.length; ) {
    if (at + RECORD_HEADER_BYTES > body.length) return undefined;
    const keyBytes = body.readUInt16LE(at);
    const envelopeBytes = body.readUInt32LE(at + 2);
    const envelopeAt = at + RECORD_HEADER_BYTES + keyBytes;
    const end = envelopeAt + envelopeBytes;
    if (keyBytes > MAX_KEY_BYTES || envelopeBytes > MAX_FRAME_BYTES || end > body.length) return undefined;
    records.push({
      key: body.toString('utf8', at + RECORD_HEADER_BYTES, envelopeAt),
      envelope: new Uint8Array(body.subarray(envelopeAt, end)),
    });
    at = end;
  }
  return records;
}
