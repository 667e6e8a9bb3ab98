import type { Node } from '../../src/core/node/node.ts';
import type { ReleaseId } from '../../src/core/wire/encoding/ids.ts';
import type { ReleaseManifest } from '../../src/core/wire/entry/release.ts';

/** Manifests of releases, from the ledger, and where that lacks the entry from a copy on the disk beside it (K3). */
export interface ReleaseSlots {
  of(release: ReleaseId): ReleaseManifest | undefined;
  keep(releases: readonly ReleaseId[]): void;
}

export function createReleaseSlots(node: Node, disk: Map<ReleaseId, ReleaseManifest>): ReleaseSlots {
  const ofLedger = (release: ReleaseId) => node.view().releases.get(release)?.manifest;
  return {
    of: (release) => (node.ledger.accepted(release) === undefined ? disk.get(release) : ofLedger(release)),
    keep: (releases) => {
      for (const release of [...disk.keys()]) if (!releases.includes(release)) disk.delete(release);
      for (const release of releases) {
        const manifest = ofLedger(release);
        if (manifest !== undefined) disk.set(release, manifest);
      }
    },
  };
}
