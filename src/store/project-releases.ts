import type { View } from '../core/ledger/view.ts';
import type { Node } from '../core/node/node.ts';
import type { BundleProgress } from '../core/node/own-statements.ts';
import { compareIds } from '../core/wire/encoding/ids.ts';
import type { ReleaseRow } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import { nameOfRelease } from './release-names.ts';

export type PublishedRelease = NonNullable<ReturnType<View['releases']['get']>>;

export function releaseRow(
  node: Node,
  { entry, manifest }: PublishedRelease,
  progress: BundleProgress | undefined,
  runningOn: number,
): ReleaseRow {
  const held: ReleaseRow['held'] =
    progress === undefined || progress.bytesHere === 0
      ? 'none'
      : progress.bytesHere >= progress.sizeBytes
        ? 'whole'
        : 'partial';
  return {
    id: entry.id,
    product: manifest.product,
    version: manifest.version,
    label: nameOfRelease(node, entry.id)?.version ?? manifest.version,
    counter: manifest.counter,
    bundle: manifest.infoHash,
    sizeBytes: manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    files: manifest.files,
    health: manifest.health,
    author: entry.author,
    authorName: nameOfPerson(node, entry.author),
    publishedAtMs: entry.timeMs,
    held,
    progress: progress && { bytesHere: progress.bytesHere, sizeBytes: progress.sizeBytes },
    runningOn,
  };
}

/** The order of the list: by product, the newest first. */
export function compareReleases(a: ReleaseRow, b: ReleaseRow): number {
  return a.product.localeCompare(b.product) || b.counter - a.counter || compareIds(a.id, b.id);
}
