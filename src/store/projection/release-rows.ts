import type { Node } from '../../core/node/node.ts';
import type { BundleProgress } from '../../core/node/own-statements.ts';
import type { ReleaseId } from '../../core/wire/encoding/ids.ts';
import type { ReleaseRow } from '../model.ts';
import { compareReleases, releaseRow } from '../project-releases.ts';
import type { DeviceRows } from './device-rows.ts';
import type { Look } from './look.ts';
import { shareEqual } from './structural-sharing.ts';

/** The releases that count. */
export interface ReleaseRows {
  look(look: Look): readonly ReleaseRow[];
}

interface Known {
  readonly progress: BundleProgress | undefined;
  readonly row: ReleaseRow;
}

export function createReleaseRows(node: Node, devices: DeviceRows): ReleaseRows {
  const known = new Map<ReleaseId, Known>();
  let rows: readonly ReleaseRow[] = [];
  return {
    look: ({ ledgerGrew }) => {
      const { releases } = node.view();
      let changed = false;
      for (const [id, release] of releases) {
        const before = known.get(id);
        const progress = node.progress.get(release.manifest.infoHash);
        const runningOn = devices.runningOn(id);
        const isSame = before?.progress === progress && before?.row.runningOn === runningOn;
        if (isSame && !ledgerGrew) continue;
        const row = shareEqual(before?.row, releaseRow(node, release, progress, runningOn));
        known.set(id, { progress, row });
        changed ||= row !== before?.row;
      }
      for (const id of known.size > releases.size ? [...known.keys()] : [])
        if (!releases.has(id)) changed = known.delete(id);
      if (changed) rows = Array.from(known.values(), ({ row }) => row).sort(compareReleases);
      return rows;
    },
  };
}
