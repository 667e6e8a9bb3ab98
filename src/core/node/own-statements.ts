import type { DeviceEffect } from '../device/input.ts';
import type { DeviceState } from '../device/state.ts';
import type { View } from '../ledger/view.ts';
import type { InfoHash, NodeId, ReleaseId } from '../wire/encoding/ids.ts';
import type { Freshness, LeaseContent, ReceiptContent } from '../wire/statement/statement.ts';
import type { LinkFacts } from './input.ts';

/** What is here of a bundle, as last reported. */
export interface BundleProgress {
  readonly bytesHere: number;
  readonly sizeBytes: number;
  readonly bytesFrom: ReadonlyMap<NodeId, number>;
}

type Progress = ReadonlyMap<InfoHash, BundleProgress>;

/** What a node says of itself while it is there. `device` is undefined at one that runs no releases. */
export function leaseOf(
  device: DeviceState | undefined,
  view: View,
  progress: Progress,
  here: {
    readonly validMs: number;
    readonly links: ReadonlyMap<NodeId, LinkFacts>;
    readonly freshness: Freshness;
    readonly heldForMs: number | undefined;
  },
): LeaseContent {
  const update = device?.update;
  const target = update !== undefined && update.stage !== 'idle' ? update.subject.release : undefined;
  const manifest = target && view.releases.get(target)?.manifest;
  return {
    type: 'lease',
    validMs: here.validMs,
    stage: update?.stage,
    running: device?.running?.release,
    target,
    bytesHere: manifest && progress.get(manifest.infoHash)?.bytesHere,
    links: Array.from(here.links, ([peer, { rung }]) => ({ peer, rung })),
    freshness: here.freshness,
    heldForMs: here.heldForMs,
  };
}

export function receiptOf(
  { update, warnings }: Extract<DeviceEffect, { type: 'publish-receipt' }>,
  view: View,
  progress: Progress,
): ReceiptContent {
  const { release } = update.subject;
  return {
    type: 'receipt',
    stage: update.stage,
    rollout: update.rollout,
    release,
    reason: 'reason' in update ? update.reason : '',
    ...bytesByOrigin(release, view, progress),
    warnings,
  };
}

function bytesByOrigin(release: ReleaseId, view: View, progress: Progress) {
  const known = view.releases.get(release);
  const bytesFrom = known && progress.get(known.manifest.infoHash)?.bytesFrom;
  let bytesFromPublisher = 0;
  let bytesFromPeers = 0;
  for (const [peer, bytes] of bytesFrom ?? [])
    if (peer === known?.entry.author) bytesFromPublisher += bytes;
    else bytesFromPeers += bytes;
  return { bytesFromPublisher, bytesFromPeers };
}
