import { deserialize, serialize } from 'node:v8';
import type { RecordStore } from '../../ports/stores.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { openFolder, readIfThere, replaceFile } from './folder.ts';

/**
 * Records in one file of a folder, written anew at each put. Rejects with StorageRefused when the folder cannot be used, and when
 * the file in it is not one of ours: it is left as it is.
 */
export async function createFileRecordStore(root: string, disk: Disk = nodeDisk): Promise<RecordStore> {
  const folder = await openFolder(disk, root);
  const path = folder.path('records');
  let records = await folder.run('reading the records', async () => {
    const bytes = await readIfThere(disk, path);
    if (bytes === undefined) return new Map<string, unknown>();
    const value = readStructured(bytes);
    if (!(value instanceof Map))
      throw new Error(`${path} is damaged. Restore it, or delete the folder to start over with a new key.`);
    return value as Map<string, unknown>;
  });

  return {
    get: (key) => folder.run('reading a record', async () => structuredClone(records.get(key))),
    put: (values) =>
      folder.run('writing records', async () => {
        // Cloned at once and before any is kept: what the caller changes later stays out, and one that cannot be cloned keeps all out.
        const cloned = Object.entries(structuredClone(values));
        await folder.inTurn('writing records', async () => {
          const next = new Map(records);
          for (const [key, value] of cloned) {
            if (value === undefined) next.delete(key);
            else next.set(key, value);
          }
          await replaceFile(disk, path, serialize(next));
          records = next;
        });
      }),
    close: folder.close,
  };
}

function readStructured(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes);
  } catch {
    return undefined;
  }
}
