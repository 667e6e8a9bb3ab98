import type { Node } from '../core/node/node.ts';
import type { DeviceRow, ReleaseRow } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import { nameOfRelease } from './release-names.ts';

export function projectReleases(node: Node, devices: readonly DeviceRow[]): ReleaseRow[] {
  return Array.from(node.view().releases.values(), ({ entry, manifest }) => {
    const sizeBytes = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const progress = node.progress.get(manifest.infoHash);
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
      sizeBytes,
      files: manifest.files,
      health: manifest.health,
      author: entry.author,
      authorName: nameOfPerson(node, entry.author),
      publishedAtMs: entry.timeMs,
      held,
      progress: progress && { bytesHere: progress.bytesHere, sizeBytes: progress.sizeBytes },
      runningOn: devices.filter((device) => device.running?.release === entry.id).length,
    };
  }).sort((a, b) => a.product.localeCompare(b.product) || b.counter - a.counter);
}
