import type { SourceFile } from '../../../store/commands/releases.ts';

export interface ReadFolder {
  /** Of the folder that was dropped or chosen; empty when there was more than one. */
  readonly name: string;
  readonly files: readonly SourceFile[];
}

/** Files of an `<input type="file" webkitdirectory>`. */
export function readChosenFolder(files: Iterable<File>): ReadFolder {
  return stripFolder([...files].map((file) => toFolderFile(file.webkitRelativePath || file.name, file)));
}

/**
 * Files and folders of a drop, read to the bottom; `onFound` with how many there are so far. Rejects with the browser's error for what
 * cannot be read. Symbolic links are in neither kind of folder: Chromium leaves them out without a word.
 */
export async function readDroppedFolder(
  items: Iterable<DataTransferItem>,
  onFound: (count: number) => void,
): Promise<ReadFolder> {
  const roots: FileSystemEntry[] = [];
  // The list is emptied as soon as the drop's handler returns: entries are taken before the first await.
  for (const item of items) {
    const entry = item.webkitGetAsEntry();
    if (entry !== null) roots.push(entry);
  }
  const files: SourceFile[] = [];
  for (const root of roots) await readEntry(root, files, onFound);
  return stripFolder(files);
}

async function readEntry(
  entry: FileSystemEntry,
  into: SourceFile[],
  onFound: (count: number) => void,
): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    into.push(toFolderFile(entry.fullPath.replace(/^\//, ''), file));
    onFound(into.length);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // One call gives at most a hundred entries; an empty one ends the folder (File and Directory Entries API).
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    for (const child of batch) await readEntry(child, into, onFound);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function toFolderFile(path: string, file: File): SourceFile {
  return { path, sizeBytes: file.size, read: () => Promise.resolve(file) };
}

/** Paths relative to the one folder that holds everything; unchanged when there is no such folder. */
export function stripFolder(files: readonly SourceFile[]): ReadFolder {
  const firsts = new Set(files.map((file) => file.path.slice(0, file.path.indexOf('/') + 1)));
  const [first] = firsts;
  if (firsts.size !== 1 || first === undefined || first === '') return { name: '', files };
  return {
    name: first.slice(0, -1),
    files: files.map((file) => ({ ...file, path: file.path.slice(first.length) })),
  };
}

/** The folder of that name right below the top. */
export function folderBelow(folder: ReadFolder, name: string): ReadFolder {
  const prefix = `${name}/`;
  return {
    name: folder.name === '' ? name : `${folder.name}/${name}`,
    files: folder.files
      .filter(({ path }) => path.startsWith(prefix))
      .map((file) => ({ ...file, path: file.path.slice(prefix.length) })),
  };
}
