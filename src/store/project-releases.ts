import type { Node } from '../core/node/node.ts';
import { selectedDevices, wishFor } from '../core/rollout/wish.ts';
import type { NodeId } from '../core/wire/ids.ts';
import { NO_WARNINGS } from '../core/wire/release-warnings.ts';
import type { DeviceRow, ReleaseRow, RolloutDeviceRow, RolloutRow } from './model.ts';
import { nameOfPerson } from './project-people.ts';

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
      counter: manifest.counter,
      sizeBytes,
      files: manifest.files,
      health: manifest.health,
      author: entry.author,
      authorName: nameOfPerson(node, entry.author),
      publishedAtMs: entry.timeMs,
      held,
      runningOn: devices.filter((device) => device.running?.release === entry.id).length,
    };
  }).sort((a, b) => a.product.localeCompare(b.product) || b.counter - a.counter);
}

export function projectRollouts(node: Node, devices: readonly DeviceRow[]): RolloutRow[] {
  const view = node.view();
  const admissions = Array.from(view.devices.values(), ({ body }) => body);
  const rows = new Map(devices.map((device) => [device.id, device]));
  const followed = new Set(admissions.map((device) => wishFor(view, device)?.rollout));
  const newestOfProduct = new Map<string, string>();
  for (const { entry, body } of view.rollouts) {
    const product = view.releases.get(body.release)?.manifest.product;
    if (product !== undefined) newestOfProduct.set(product, entry.id);
  }
  return view.rollouts
    .map(({ entry, body }): RolloutRow => {
      const manifest = view.releases.get(body.release)?.manifest;
      const standing =
        followed.has(entry.id) || newestOfProduct.get(manifest?.product ?? '') === entry.id
          ? 'active'
          : 'superseded';
      const matched = selectedDevices(body.select, admissions)
        .map((id) => rows.get(id))
        .filter((device) => device !== undefined)
        .map((device) => rolloutDevice(node, device, entry.id));
      return {
        id: entry.id,
        release: body.release,
        product: manifest?.product ?? '',
        version: manifest?.version ?? '',
        select: body.select,
        author: entry.author,
        authorName: nameOfPerson(node, entry.author),
        startedAtMs: entry.timeMs,
        standing,
        devices: matched,
        counts: countsOf(matched),
      };
    })
    .reverse();
}

/** The device's newest receipt, if it is about this rollout; an older rollout's devices have moved on to another. */
function rolloutDevice(node: Node, device: DeviceRow, rollout: string): RolloutDeviceRow {
  const heard = node.book.newest(device.id as NodeId, 'receipt');
  const content = heard?.statement.content;
  const about = content?.type === 'receipt' && content.rollout === rollout ? content : undefined;
  return {
    id: device.id,
    name: device.name,
    site: device.site,
    presence: device.presence,
    stage: about?.stage,
    progress: about && device.progress,
    bytesFromPublisher: about?.bytesFromPublisher,
    bytesFromPeers: about?.bytesFromPeers,
    reason: about?.reason ?? '',
    warnings: about?.warnings ?? NO_WARNINGS,
    changedAtMs: about && heard?.heardAtMs,
  };
}

function countsOf(devices: readonly RolloutDeviceRow[]): RolloutRow['counts'] {
  const counts = { matched: devices.length, committed: 0, underway: 0, failed: 0, waiting: 0 };
  for (const { stage } of devices) {
    if (stage === 'committed') counts.committed++;
    else if (stage === 'failed' || stage === 'rolled-back' || stage === 'refused') counts.failed++;
    else if (stage === undefined || stage === 'idle' || stage === 'withdrawn') counts.waiting++;
    else counts.underway++;
  }
  return counts;
}
