import type { FilesHere } from '../../core/rollout/plan.ts';
import type { FileHash, ReleaseId } from '../../core/wire/encoding/ids.ts';
import type { HealthRule } from '../../core/wire/entry/release.ts';

export interface ReleaseCommands {
  /** Looks at a folder before anything is signed, and reads all of it unless something is wrong. Rejects with FolderStale. */
  inspectFolder(files: readonly FolderFile[], options: InspectOptions): Promise<FolderReport>;
  /** Rejects with FolderStale; nothing is signed then. */
  publish(options: {
    /** Of the report. */
    files: readonly HashedFile[];
    product: string;
    version: string;
    health: HealthRule;
    onProgress: (progress: PublishProgress) => void;
  }): Promise<ReleaseId>;
  /** What of a release's files this browser holds. */
  filesHere(release: ReleaseId): Promise<FilesHere>;
  /** Fetches them from other nodes; the release's row says how far it is. */
  fetchFiles(release: ReleaseId): Promise<void>;
}

export interface FolderFile {
  /** Relative to the folder that was dropped, with "/" between names. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly read: () => Promise<Blob>;
}

export interface HashedFile extends FolderFile {
  readonly hash: FileHash;
}

export interface InspectOptions {
  /** Keys of what is left out otherwise. */
  readonly include: ReadonlySet<string>;
  readonly onProgress: (progress: { readonly doneBytes: number; readonly sizeBytes: number }) => void;
  /** Rejects with its reason when another folder is looked at instead. */
  readonly signal: AbortSignal;
}

/** `cutting`: the torrent's pieces are made. */
export interface PublishProgress {
  readonly stage: 'storing' | 'cutting' | 'signing';
  readonly doneBytes: number;
  readonly sizeBytes: number;
}

export interface FolderReport {
  /** What would be published, by path; empty while there are problems. */
  readonly files: readonly HashedFile[];
  readonly fileCount: number;
  readonly sizeBytes: number;
  /** From package.json, when the folder has one. */
  readonly suggestedProduct: string | undefined;
  readonly suggestedVersion: string | undefined;
  /** What no app needs on a device, or nobody should read there. */
  readonly leftOut: readonly LeftOutModel[];
  /** Folders one level down that could be published where this one cannot. */
  readonly startable: readonly string[];
  /** Reasons not to publish; empty when it can be. Each says what, where and what to do. */
  readonly problems: readonly string[];
}

export interface LeftOutModel {
  /** What `include` names it by. */
  readonly key: string;
  readonly kind: 'version-control' | 'system' | 'source-maps' | 'secret';
  readonly paths: readonly string[];
  readonly sizeBytes: number;
  /** It is published all the same. */
  readonly included: boolean;
}
