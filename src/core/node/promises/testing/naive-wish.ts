import { foldNaively } from '../../../ledger/testing/naive-fold.ts';
import type { EntryId, NodeId, ReleaseId, RolloutId } from '../../../wire/encoding/ids.ts';
import { readAdmissionBody } from '../../../wire/entry/admission.ts';
import type { Entry } from '../../../wire/entry/entry.ts';
import { readRolloutBody, rolloutNumber } from '../../../wire/entry/rollout.ts';
import type { Disk } from './node-on-disk.ts';

/** What the ledger on a disk says by the rules read aloud, which share nothing with the ledger's own fold. */
export function readNaively({ entries }: Pick<Disk, 'entries'>) {
  const naive = foldNaively([...entries.values()]);
  const entryOf = (id: EntryId): Entry => entries.get(id)!.entry;
  const valueAt = (path: string, ...actions: readonly string[]): Entry | undefined => {
    const content = naive.values[path]?.[1];
    const entry = content && entryOf(content);
    return entry?.path === path && actions.includes(entry.action) ? entry : undefined;
  };
  const counts = (id: EntryId) => naive.standings[id] === 'effective';

  /** The newest rollout that names the device and whose release counts. */
  const wishOf = (
    device: NodeId,
  ): { readonly rollout: RolloutId; readonly release: ReleaseId } | undefined => {
    const admission = valueAt(`/devices/${device}`, 'admit');
    if (admission === undefined) return undefined;
    const { site, labels } = readAdmissionBody(admission.body);
    const numbers = Object.keys(naive.values)
      .flatMap((path) => rolloutNumber(path) ?? [])
      .sort((a, b) => b - a);
    for (const number of numbers) {
      const path = `/rollouts/${String(number).padStart(8, '0')}`;
      const rollout = valueAt(path, 'create', 'update');
      if (rollout === undefined) continue;
      const { release, select } = readRolloutBody(rollout.body);
      const isNamed =
        (select.devices ?? [device]).includes(device) &&
        (select.sites ?? [site]).includes(site) &&
        Object.entries(select.labels ?? {}).every(([label, value]) => labels[label] === value);
      const stands = entries.has(release) && valueAt(entryOf(release).path, 'create')?.id === release;
      if (isNamed && stands) return { rollout: naive.values[path]![0], release };
    }
    return undefined;
  };
  return { wishOf, counts };
}
