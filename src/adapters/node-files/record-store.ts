import { deserialize, serialize } from 'node:v8';
import { migrateRecords, RECORDS_VERSION } from '../../core/wire/kept/records-version.ts';
import { StoredByLaterVersion } from '../../ports/content.ts';
import type { RecordStore } from '../../ports/stores.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { openFolder, readIfThere, replaceFile } from './folder.ts';

/**
 * Records in one file of a folder, with their version, written anew at each put: an older version is brought to this one as it is read, and
 * stays on the disk until then. Rejects with StorageRefused when the folder cannot be used, with StoredByLaterVersion for a later version
 * (K6), and when the file in it is not one of ours: it is left as it is.
 */
export async function createFileRecordStore(root: string, disk: Disk = nodeDisk): Promise<RecordStore> {
  const folder = await openFolder(disk, root);
  const path = folder.path('records');
  let records = await folder.run('reading the records', async () => {
    const bytes = await readIfThere(disk, path);
    if (bytes === undefined) return new Map<string, unknown>();
    const stored = readStored(readStructured(bytes));
    if (stored === undefined)
      throw new Error(`${path} is damaged. Restore it, or delete the folder to start over with a new key.`);
    if (stored.version > RECORDS_VERSION)
      throw new StoredByLaterVersion(`${path} (version ${stored.version})`);
    return withChanges(stored.records, migrateRecords(stored.version, stored.records));
  });

  return {
    get: (key) => folder.run('reading a record', async () => structuredClone(records.get(key))),
    put: (values) =>
      folder.run('writing records', async () => {
        // Cloned at once and before any is kept: what the caller changes later stays out, and one that cannot be cloned keeps all out.
        const cloned = Object.entries(structuredClone(values));
        await folder.inTurn('writing records', async () => {
          const next = withChanges(records, cloned);
          await replaceFile(disk, path, serialize({ version: RECORDS_VERSION, records: next }));
          records = next;
        });
      }),
    close: folder.close,
  };
}

function withChanges(
  records: ReadonlyMap<string, unknown>,
  changes: Iterable<readonly [string, unknown]>,
): Map<string, unknown> {
  const next = new Map(records);
  for (const [key, value] of changes) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

/** Version 1 is the records alone. The records of a later version may be anything. */
function readStored(
  value: unknown,
): { readonly version: number; readonly records: Map<string, unknown> } | undefined {
  if (value instanceof Map) return { version: 1, records: value };
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, records } = value as { version?: unknown; records?: unknown };
  if (!Number.isSafeInteger(version)) return undefined;
  if (records instanceof Map) return { version: version as number, records };
  return (version as number) > RECORDS_VERSION
    ? { version: version as number, records: new Map() }
    : undefined;
}

function readStructured(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes);
  } catch {
    return undefined;
  }
}
