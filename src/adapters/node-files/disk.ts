import { link, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';

/**
 * What these stores ask of a disk, as thin as POSIX has it, so that a test can put one in its place that fails at any byte. Errors are
 * those of Node, with a `code`.
 */
export interface Disk {
  /** With those above it, for this user alone; the outermost one that was not there, undefined when all were. */
  makeFolder(path: string): Promise<string | undefined>;
  names(folder: string): Promise<readonly string[]>;
  isThere(path: string): Promise<boolean>;
  /** `append` makes a file that is not there, `replace` empties one that is; both for this user alone. */
  open(path: string, to: 'read' | 'append' | 'replace'): Promise<DiskFile>;
  /** A second name of the same bytes. */
  link(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A folder with all that is in it; what is not there is no error. */
  remove(path: string): Promise<void>;
  /** A name is durable only once its folder is flushed (fsync(2)). */
  flushFolder(path: string): Promise<void>;
  room(path: string): Promise<{ readonly usedBytes: number; readonly quotaBytes: number }>;
}

export interface DiskFile {
  sizeBytes(): Promise<number>;
  /** Bytes from `start` on, into the whole of `into`; how many there were. */
  read(into: Uint8Array, start: number): Promise<number>;
  /** Puts bytes behind those that are there; how many it took, which may be fewer than it was given (write(2)). */
  write(bytes: Uint8Array): Promise<number>;
  truncate(sizeBytes: number): Promise<void>;
  /** Resolves when bytes and size would outlive a power cut. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLAGS = { read: 'r', append: 'a', replace: 'w' } as const;

export const nodeDisk: Disk = {
  makeFolder: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
  names: (folder) => readdir(folder),
  isThere: (path) =>
    stat(path).then(
      () => true,
      (error: unknown) => {
        if (isAbsence(error)) return false;
        throw error;
      },
    ),
  open: async (path, to) => {
    const file = await open(path, FLAGS[to], 0o600);
    return {
      sizeBytes: async () => (await file.stat()).size,
      read: async (into, start) => (await file.read(into, 0, into.length, start)).bytesRead,
      write: async (bytes) => (await file.write(bytes)).bytesWritten,
      truncate: (sizeBytes) => file.truncate(sizeBytes),
      flush: () => file.sync(),
      close: () => file.close(),
    };
  },
  link,
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  flushFolder: async (path) => {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  room: async (path) => {
    const { bsize, blocks, bavail } = await statfs(path);
    return { usedBytes: (blocks - bavail) * bsize, quotaBytes: blocks * bsize };
  },
};

export function isAbsence(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
