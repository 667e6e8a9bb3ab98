import { deserialize, serialize } from 'node:v8';
import type { RecordStore } from '../../ports/stores.ts';
import { openFolder, readIfThere, replaceFile } from './folder.ts';

/**
 * Records in one file of a folder, written anew at each put. Rejects with StorageRefused when the folder cannot be used, and when
 * the file in it is not one of ours: it is left as it is.
 */
export async function createFileRecordStore(root: string): Promise<RecordStore> {
  const folder = await openFolder(root);
  const path = folder.path('records');
  const records = await folder.run('reading the records', async () => {
    const bytes = await readIfThere(path);
    if (bytes === undefined) return new Map<string, unknown>();
    const value = readStructured(bytes);
    if (!(value instanceof Map))
      throw new Error(`${path} is damaged. Restore it, or delete the folder to start over with a new key.`);
    return value as Map<string, unknown>;
  });
  let last: Promise<unknown> = Promise.resolve();

  return {
    get: (key) => folder.run('reading a record', async () => structuredClone(records.get(key))),
    put(values) {
      const put = folder.run('writing records', async () => {
        // Cloned before any is kept, so that one that cannot be cloned leaves all of them out.
        const cloned = Object.entries(structuredClone(values));
        await last.catch(() => undefined);
        const next = new Map(records);
        for (const [key, value] of cloned) {
          if (value === undefined) next.delete(key);
          else next.set(key, value);
        }
        await replaceFile(path, serialize(next));
        for (const [key, value] of cloned) {
          if (value === undefined) records.delete(key);
          else records.set(key, value);
        }
      });
      // The clone above is made at once, the writing in turn.
      last = put;
      return put;
    },
    close: folder.close,
  };
}

function readStructured(bytes: Buffer): unknown {
  try {
    return deserialize(bytes);
  } catch {
    return undefined;
  }
}
