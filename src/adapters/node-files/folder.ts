import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StorageRefused } from '../../ports/content.ts';

/** A folder that one store has to itself. Every failure of the disk comes out as StorageRefused that says what was being done. */
export interface Folder {
  path(...names: readonly string[]): string;
  /** Runs `work`; what the disk refuses comes out as StorageRefused, other errors as they are. */
  run<Result>(doing: string, work: () => Promise<Result>): Promise<Result>;
  /** Idempotent. Work that is under way ends normally, later work is refused. */
  close(): void;
}

/** Readable by this user alone: seeds of keys lie in one of them. Rejects with StorageRefused when it cannot be made. */
export async function openFolder(root: string): Promise<Folder> {
  let closed = false;
  const run = async <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
    if (closed) throw new StorageRefused(`Storage refused while ${doing}: this store was closed.`);
    try {
      return await work();
    } catch (error) {
      throw refusalOf(doing, error);
    }
  };
  await run(`opening ${root}`, () => mkdir(root, { recursive: true, mode: 0o700 }));
  return {
    path: (...names) => join(root, ...names),
    run,
    close: () => {
      closed = true;
    },
  };
}

/** The bytes of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: unknown) => {
    if (isAbsence(error)) return undefined;
    throw error;
  });
}

/** The old bytes or the new ones after a power cut, never a mixture: written beside, flushed, then renamed over (rename(2) is atomic). */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await flushFolder(dirname(path));
}

/** A name is durable only once its folder is flushed (fsync(2)). */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

export function isAbsence(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const CURES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the quota of this user is used up; make room',
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
