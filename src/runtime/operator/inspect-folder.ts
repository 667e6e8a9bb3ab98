import { bundleLayout } from '../../core/wire/entry/release.ts';
import { type FileHasher, FileUnreadable } from '../../ports/file-hasher.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { normaliseNames } from './file-names.ts';
import { manifestProblem, problemsOf, startableFolders } from './folder-problems.ts';
import { type LeftOut, leaveOut } from './left-out.ts';
import { type PackageFacts, readPackageFacts } from './package-facts.ts';
import { FolderChanged, type HashedFile, type SourceFile } from './source-file.ts';

export interface FolderReport {
  /** What would be published, by path; empty while there are problems. */
  readonly files: readonly HashedFile[];
  readonly fileCount: number;
  readonly sizeBytes: number;
  /** From package.json, when the folder has one. */
  readonly suggestedProduct: string | undefined;
  readonly suggestedVersion: string | undefined;
  /** What no app needs on a device, or nobody should read there. */
  readonly leftOut: readonly LeftOut[];
  /** Folders one level down that could be published where this one cannot. */
  readonly startable: readonly string[];
  /** Reasons not to publish; empty when it can be. Each says what, where and what to do. */
  readonly problems: readonly string[];
}

export interface InspectOptions {
  /** Keys of what is left out otherwise (LeftOut). */
  readonly include: ReadonlySet<string>;
  readonly onProgress: (progress: { readonly doneBytes: number; readonly sizeBytes: number }) => void;
  /** Rejects with its reason when another folder is looked at instead. */
  readonly signal: AbortSignal;
}

/** Looks at folders before anything is signed: what is in one, what is wrong with it, and what each file is. */
export interface FolderInspector {
  /** Rejects with FolderChanged, and with the signal's reason when that is aborted. */
  inspect(files: readonly SourceFile[], options: InspectOptions): Promise<FolderReport>;
}

/** Files that are read at a time: the thread hashes one while the disk brings others. A guess. */
const READ_AT_ONCE = 4;
/** As long as the name of a torrent can be. */
const LONGEST_NAME = 'x'.repeat(129);

export function createFolderInspector(runtime: NodeRuntime, hasher: FileHasher): FolderInspector {
  /** A person who ticks something in wants the rest of the folder not read again. */
  const known = new WeakMap<SourceFile['read'], HashedFile['hash']>();

  const hashAll = async (
    files: readonly SourceFile[],
    { onProgress, signal }: InspectOptions,
  ): Promise<readonly HashedFile[]> => {
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const hashed: HashedFile[] = [];
    let doneBytes = 0;
    const hash = async (file: SourceFile): Promise<HashedFile> => {
      let seenBytes = 0;
      const advance = (toBytes: number) => {
        doneBytes += toBytes - seenBytes;
        seenBytes = toBytes;
        onProgress({ doneBytes, sizeBytes });
      };
      const before = known.get(file.read);
      const made = before ?? (await hashOne(file, { onProgress: advance, signal }));
      known.set(file.read, made);
      advance(file.sizeBytes);
      return { ...file, hash: made };
    };
    let next = 0;
    const worker = async () => {
      while (next < files.length) {
        const at = next++;
        hashed[at] = await hash(files[at]!);
      }
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, worker));
    return hashed;
  };

  const hashOne = async (file: SourceFile, options: Parameters<FileHasher['hash']>[1]) => {
    try {
      return await hasher.hash(await file.read(), options);
    } catch (error) {
      if (error instanceof FileUnreadable) throw new FolderChanged(file.path);
      throw error;
    }
  };

  return {
    inspect: async (chosen, options) => {
      const named = normaliseNames(chosen);
      const { kept, leftOut } = leaveOut(named.files, options.include);
      const sizeBytes = kept.reduce((sum, file) => sum + file.sizeBytes, 0);
      const found = [...named.problems, ...problemsOf(kept)];
      const facts = (problems: readonly string[], of: PackageFacts, files: readonly HashedFile[]) => ({
        files,
        fileCount: kept.length,
        sizeBytes,
        suggestedProduct: of.product,
        suggestedVersion: of.version,
        leftOut,
        startable: kept.some(({ path }) => path === 'index.html') ? [] : startableFolders(kept),
        problems,
      });
      const tooLong = (distinctBytes: number) =>
        manifestProblem(kept, runtime.metainfoBytes(LONGEST_NAME, distinctBytes));
      const problems = found.length > 0 ? found : [tooLong(sizeBytes) ?? []].flat();
      const suggestion = await packageFacts(kept);
      if (problems.length > 0) return facts(problems, suggestion, []);
      const hashed = [...(await hashAll(kept, options))].sort((a, b) => (a.path < b.path ? -1 : 1));
      const distinctBytes = bundleLayout(hashed).reduce((sum, file) => sum + file.sizeBytes, 0);
      // Files that are the same make a smaller bundle, and that may have more pieces.
      const late = tooLong(distinctBytes);
      return late === undefined ? facts([], suggestion, hashed) : facts([late], suggestion, []);
    },
  };
}

async function packageFacts(files: readonly SourceFile[]): Promise<PackageFacts> {
  try {
    return await readPackageFacts(files);
  } catch (error) {
    if (error instanceof DOMException) throw new FolderChanged('package.json');
    throw error;
  }
}
