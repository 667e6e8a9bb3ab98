import type { FileHash } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';

/** One file of a folder that a person chose. */
export interface SourceFile {
  /** Relative to the folder, with "/" between names. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly read: () => Promise<Blob>;
}

export interface HashedFile extends SourceFile {
  readonly hash: FileHash;
}

/** A build ran, or somebody tidied up, between the choice of a folder and its signature: the folder has to be chosen again. */
export class FolderChanged extends WireError {
  constructor(path: string) {
    super(
      `"${path}" is not what it was when you chose the folder: it was built again, moved or deleted since. Nothing was signed. Choose the folder again.`,
    );
  }
}

/** Measured: a store hashes so much in some 16 ms, so that the page is not held up. */
const SLICE_BYTES = 1024 * 1024;

/** The file's bytes, piece by piece. Throws FolderChanged where they cannot be read. */
export async function* slicesOf(file: SourceFile): AsyncGenerator<Uint8Array> {
  const blob = await readable(file, file.read);
  for (let at = 0; at < blob.size; at += SLICE_BYTES)
    yield new Uint8Array(await readable(file, () => blob.slice(at, at + SLICE_BYTES).arrayBuffer()));
}

/** Browsers refuse to read a file that is not as it was when it was chosen (File API, section 4.1: the snapshot state). */
async function readable<Value>({ path }: SourceFile, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DOMException) throw new FolderChanged(path);
    throw error;
  }
}
