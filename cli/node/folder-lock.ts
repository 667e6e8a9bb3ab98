import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Two processes with one key would sign two entries under one number, which proves a fork: one at a time may use a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** Rejects with FolderInUse while the process that took the folder lives; what a killed one left is taken over. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lock');
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  if (Number.isSafeInteger(holder) && holder > 0 && isAlive(holder))
    throw new FolderInUse(
      `Another node (process ${holder}) uses ${folder}. Stop it, or give this one a folder of its own with --data.`,
    );
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new FolderInUse(
      `Another node has just taken ${folder}. Give this one a folder of its own with --data.`,
    );
  });
  await file.writeFile(String(process.pid));
  await file.close();
  return { release: () => rm(path, { force: true }) };
}

function isAlive(processId: number): boolean {
  if (processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // There, but another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
