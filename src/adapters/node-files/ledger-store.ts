import type { LedgerStore } from '../../ports/stores.ts';
import { codeOf, type Disk, nodeDisk } from './disk.ts';
import { openFolder, readIfThere, replaceFile, writeBeside, writeWhole } from './folder.ts';
import { encodeFrame, type LedgerRecord, readFrames } from './ledger-frames.ts';
import { ledgerName, markerOf } from './ledger-name.ts';

/** A guess: enough to see what a disk does again and again; each may be as large as the ledger. */
const DAMAGED_FILES_KEPT = 3;

/**
 * The ledger of a node in one file that only grows, a frame for each append (`ledger-frames.ts`). The marker of its frames is in its
 * name, and so cannot be lost apart from it. What a write that failed left in the file is cut off; until that succeeds nothing more is
 * appended. A file that is damaged is mended when it is read: it is kept as `damaged-<number>`, the newest three of them, and what is
 * whole in it goes to a new one; until that succeeds nothing is appended either.
 */
export async function createFileLedgerStore(root: string, disk: Disk = nodeDisk): Promise<LedgerStore> {
  const folder = await openFolder(disk, root);
  const name = await folder.run('opening the ledger', async () => ledgerName(await disk.names(root)));
  const path = folder.path(name);
  const marker = markerOf(name);
  /** Keys of what is in the file; undefined until it was read, and mended if it had to be. */
  let keys: Set<string> | undefined;
  /** Where the file has to end before it may grow again. */
  let cutAt: number | undefined;

  /** Resolves with where the file is kept as it was, if it was damaged. */
  const mend = async (bytes: Uint8Array, { records, whole, damaged }: ReturnType<typeof readFrames>) => {
    const keptAs = damaged === 0 ? undefined : await replaceDamaged(bytes, whole);
    keys = new Set(records.map(({ key }) => key));
    cutAt = undefined;
    return keptAs;
  };

  const replaceDamaged = async (bytes: Uint8Array, whole: readonly Uint8Array[]): Promise<string> => {
    const numbers = damagedNumbers(await disk.names(root));
    const keptAs = folder.path(damagedName((numbers[0] ?? 0) + 1));
    await writeBeside(disk, `${path}.new`, path, async (file) => {
      await writeWhole(file, Buffer.concat(whole));
      await file.flush();
      // Only now, so that a disk that takes no new file does not gather one copy a start.
      await keepAside(disk, path, bytes, keptAs);
    });
    await disk.flushFolder(root);
    for (const number of numbers.slice(DAMAGED_FILES_KEPT - 1))
      await disk.remove(folder.path(damagedName(number)));
    return keptAs;
  };

  const read = async () => {
    const bytes = (await readIfThere(disk, path)) ?? new Uint8Array(0);
    return { bytes, found: readFrames(marker, bytes) };
  };

  const write = async (frame: Uint8Array) => {
    const file = await disk.open(path, 'append');
    try {
      if (cutAt !== undefined) await file.truncate(cutAt);
      const sizeBytes = await file.sizeBytes();
      cutAt = sizeBytes;
      try {
        await writeWhole(file, frame);
        await file.flush();
      } catch (error) {
        await file.truncate(sizeBytes).catch(() => undefined);
        throw error;
      }
      if (sizeBytes === 0) await disk.flushFolder(root);
      cutAt = undefined;
    } finally {
      await file.close();
    }
  };

  return {
    load: () =>
      folder.inTurn('reading the ledger', async () => {
        const { bytes, found } = await read();
        const { records, damaged } = found;
        // What can be read is given even when the disk takes nothing: the next append mends it, or says why that fails.
        const keptAs = await mend(bytes, found).catch(() => undefined);
        const envelopes = records.map(({ envelope }) => envelope);
        return keptAs === undefined ? { envelopes, damaged } : { envelopes, damaged, keptAs };
      }),
    append: (records) =>
      folder.inTurn('appending to the ledger', async () => {
        if (keys === undefined) {
          const { bytes, found } = await read();
          await mend(bytes, found);
        }
        const fresh = new Map<string, LedgerRecord>();
        for (const record of records)
          if (!keys!.has(record.key) && !fresh.has(record.key)) fresh.set(record.key, record);
        if (fresh.size === 0) return;
        await write(encodeFrame(marker, [...fresh.values()]));
        for (const key of fresh.keys()) keys!.add(key);
      }),
    close: folder.close,
  };
}

const damagedName = (number: number) => `damaged-${number}`;

/** The numbers of the damaged files that are kept, the newest first. */
function damagedNumbers(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => /^damaged-([1-9]\d{0,9})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => other - one);
}

/** A second name for the file, which costs no room; a copy where the file system has no second names. */
async function keepAside(disk: Disk, path: string, bytes: Uint8Array, keptAs: string): Promise<void> {
  try {
    await disk.link(path, keptAs);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? '')) throw error;
    await replaceFile(disk, keptAs, bytes);
  }
}
