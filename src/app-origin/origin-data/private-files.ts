import type { DataItem } from './data-item.ts';

/** A directory of the origin private file system; TypeScript knows its iteration in DOM.AsyncIterable only. */
type Directory = FileSystemDirectoryHandle & {
  values(): AsyncIterable<FileSystemFileHandle | Directory>;
};

/** A guess: large enough to keep a disk busy, and a few are held at once. */
const PART_BYTES = 4 * 1024 * 1024;

/**
 * Each folder before what is in it, each file before its parts. Bytes, since a File of this file system stays one of its files wherever it
 * is kept: deleted here it would be gone there.
 */
export async function* readFiles(root: FileSystemDirectoryHandle): AsyncGenerator<DataItem> {
  yield* readFolder(root as Directory, []);
}

export async function writeFolder(root: FileSystemDirectoryHandle, path: readonly string[]): Promise<void> {
  await folderAt(root, path);
}

/** The file is there when what this resolves to has been closed. */
export async function createFile(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
): Promise<FileSystemWritableFileStream> {
  const folder = await folderAt(root, path.slice(0, -1));
  const file = await folder.getFileHandle(path.at(-1)!, { create: true });
  return file.createWritable();
}

export async function deleteFiles(root: FileSystemDirectoryHandle): Promise<void> {
  const names: string[] = [];
  for await (const { name } of (root as Directory).values()) names.push(name);
  for (const name of names) await root.removeEntry(name, { recursive: true });
}

async function* readFolder(folder: Directory, path: readonly string[]): AsyncGenerator<DataItem> {
  for await (const entry of folder.values()) {
    const inner = [...path, entry.name];
    if (entry.kind === 'file') {
      yield { type: 'file', path: inner };
      const file = await entry.getFile();
      for (let start = 0; start < file.size; start += PART_BYTES)
        yield { type: 'file-part', bytes: await file.slice(start, start + PART_BYTES).arrayBuffer() };
      continue;
    }
    yield { type: 'folder', path: inner };
    yield* readFolder(entry as Directory, inner);
  }
}

async function folderAt(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
): Promise<FileSystemDirectoryHandle> {
  let folder = root;
  for (const name of path) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder;
}
