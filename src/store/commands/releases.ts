import type { FilesHere } from '../../core/rollout/plan.ts';
import type { ReleaseId } from '../../core/wire/encoding/ids.ts';
import type { FolderReport, InspectOptions } from '../../runtime/operator/inspect-folder.ts';
import type { PublishOptions } from '../../runtime/operator/publish.ts';
import type { SourceFile } from '../../runtime/operator/source-file.ts';

export type { FolderReport } from '../../runtime/operator/inspect-folder.ts';
export type { LeftOut } from '../../runtime/operator/left-out.ts';
export type { PublishProgress } from '../../runtime/operator/publish.ts';
export type { SourceFile } from '../../runtime/operator/source-file.ts';

export interface ReleaseCommands {
  /** Looks at a folder before anything is signed, and reads all of it unless something is wrong. Rejects with FolderStale. */
  inspectFolder(files: readonly SourceFile[], options: InspectOptions): Promise<FolderReport>;
  /** Rejects with FolderStale; nothing is signed then. */
  publish(options: PublishOptions): Promise<ReleaseId>;
  /** What of a release's files this browser holds. */
  filesHere(release: ReleaseId): Promise<FilesHere>;
  /** Fetches them from other nodes; the release's row says how far it is. */
  fetchFiles(release: ReleaseId): Promise<void>;
}
