import { join } from 'node:path';
import { StorageRefused, StoredByLaterVersion } from '../../ports/content.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { openFolder, readIfThere, replaceFile } from './folder.ts';
import { migrateBatches } from './ledger-batches.ts';

/**
 * The version of a node's folder: which files there are below it, and what is in them. It rises with each change of that (K6), and so with
 * RECORDS_VERSION, which counts for the texts in `kept`; the records' file says that itself as well. Version 1: the ledger is a file of
 * batches. Version 2: it is one of frames.
 */
const FOLDER_VERSION = 2;

/**
 * To be called before any store below `root` is opened: an older folder is brought to this version. What is new is written beside what is
 * old, so that both can be read until the new number stands in the file `version`; what a killed process began is done again. A folder
 * without that file counts as the oldest. Rejects with StoredByLaterVersion for a later one, which stays as it is, and with StorageRefused
 * when the disk refuses.
 */
export async function prepareNodeFolder(root: string, disk: Disk = nodeDisk): Promise<void> {
  const folder = await openFolder(disk, root);
  const path = folder.path('version');
  await folder.run(`opening ${root}`, async () => {
    const bytes = await readIfThere(disk, path);
    const from = bytes === undefined ? 1 : readVersion(path, bytes);
    if (from > FOLDER_VERSION) throw new StoredByLaterVersion(`${root} (version ${from})`);
    if (from === FOLDER_VERSION) return;
    const old = await migrateBatches(disk, join(root, 'ledger'));
    await replaceFile(disk, path, Buffer.from(`${FOLDER_VERSION}\n`));
    for (const gone of old) await disk.remove(gone).catch(() => undefined);
  });
  folder.close();
}

function readVersion(path: string, bytes: Uint8Array): number {
  const text = /^([1-9]\d{0,8})\n?$/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  if (text === undefined)
    throw new StorageRefused(
      `Storage refused: ${path} is damaged, it has no number. Restore it, or delete it if no later version of Fieldfare ever ran here.`,
    );
  return Number(text);
}
