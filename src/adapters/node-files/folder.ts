import { dirname, join } from 'node:path';
import { StorageRefused } from '../../ports/content.ts';
import { codeOf, type Disk, type DiskFile, isAbsence } from './disk.ts';

/** A folder that one store has to itself. Every failure of the disk comes out as StorageRefused that says what was being done. */
export interface Folder {
  path(...names: readonly string[]): string;
  /** Runs `work`; what the disk refuses comes out as StorageRefused, other errors as they are. */
  run<Result>(doing: string, work: () => Promise<Result>): Promise<Result>;
  /** As `run`, when all that was asked for in turn before has ended. */
  inTurn<Result>(doing: string, work: () => Promise<Result>): Promise<Result>;
  /** Idempotent. Work that is under way ends normally, later work is refused. */
  close(): void;
}

/** Readable by this user alone: seeds of keys lie in one of them. Rejects with StorageRefused when it cannot be made. */
export async function openFolder(disk: Disk, root: string): Promise<Folder> {
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  const run = async <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
    if (closed) throw new StorageRefused(`Storage refused while ${doing}: this store was closed.`);
    try {
      return await work();
    } catch (error) {
      throw refusalOf(doing, error);
    }
  };
  await run(`opening ${root}`, () => makeFolder(disk, root));
  return {
    path: (...names) => join(root, ...names),
    run,
    inTurn: (doing, work) => {
      const before = last;
      const result = run(doing, async () => {
        await before.catch(() => undefined);
        return work();
      });
      last = result;
      return result;
    },
    close: () => {
      closed = true;
    },
  };
}

/** Durably: without its name in the folder above, a folder is gone after a power cut with all that was flushed in it. */
async function makeFolder(disk: Disk, path: string): Promise<void> {
  const outermost = await disk.makeFolder(path);
  if (outermost === undefined) return;
  for (let above = dirname(path); ; above = dirname(above)) {
    await disk.flushFolder(above);
    if (above === dirname(outermost)) return;
  }
}

/** The bytes of a file; undefined where there is none. */
export async function readIfThere(disk: Disk, path: string): Promise<Uint8Array | undefined> {
  const file = await openIfThere(disk, path);
  if (file === undefined) return undefined;
  try {
    return await readRange(file, 0, await file.sizeBytes());
  } finally {
    await file.close();
  }
}

export function openIfThere(disk: Disk, path: string): Promise<DiskFile | undefined> {
  return disk.open(path, 'read').catch((error: unknown) => {
    if (isAbsence(error)) return undefined;
    throw error;
  });
}

/** Fewer where the file ends before `end`. */
export async function readRange(file: DiskFile, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  while (at < bytes.length) {
    const taken = await file.read(bytes.subarray(at), start + at);
    if (taken === 0) break;
    at += taken;
  }
  return bytes.subarray(0, at);
}

/** A disk may take a part of what it is given, and say why it takes no more only when it is given the rest. */
export async function writeWhole(file: DiskFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const taken = await file.write(bytes.subarray(at));
    if (taken === 0) throw new StorageRefused('Storage refused: the disk takes nothing and gives no reason.');
    at += taken;
  }
}

/** The old bytes or the new ones after a power cut, never a mixture: written beside, flushed, then renamed over (rename(2) is atomic). */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  await writeBeside(disk, `${path}.new`, path, async (file) => {
    await writeWhole(file, bytes);
    await file.flush();
  });
  await disk.flushFolder(dirname(path));
}

/**
 * Writes a file under another name and then renames it over `path`. What fails is removed again: on a full disk it would keep the room
 * that others wait for.
 */
export async function writeBeside(
  disk: Disk,
  beside: string,
  path: string,
  write: (file: DiskFile) => Promise<void>,
): Promise<void> {
  try {
    const file = await disk.open(beside, 'replace');
    try {
      await write(file);
    } finally {
      await file.close();
    }
    await disk.rename(beside, path);
  } catch (error) {
    await disk.remove(beside).catch(() => undefined);
    throw error;
  }
}

const CURES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the quota of this user is used up; make room',
  EFBIG: 'a file would be larger than this process may write; raise its limit (ulimit -f)',
  EACCES: 'this user may not write there; change the folder or its owner',
  EPERM: 'this user may not write there; change the folder or its owner',
  EROFS: 'the disk is read-only',
  EIO: 'the disk failed; look at its health',
};

function refusalOf(doing: string, error: unknown): unknown {
  const code = codeOf(error);
  if (
    error instanceof StorageRefused ||
    code === undefined ||
    !code.startsWith('E') ||
    code.startsWith('ERR')
  )
    return error;
  return new StorageRefused(`Storage refused while ${doing}: ${CURES[code] ?? (error as Error).message}.`);
}
