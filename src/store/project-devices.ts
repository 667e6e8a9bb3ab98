import { isCurrent } from '../core/fleet/statement-book.ts';
import type { Node } from '../core/node/node.ts';
import type { NodeId, ReleaseId } from '../core/wire/ids.ts';
import { bundleLayout } from '../core/wire/release.ts';
import type { DeviceRow } from './model.ts';
import type { ReceiptHistory } from './receipt-history.ts';

export function projectDevices(node: Node, history: ReceiptHistory, nowMs: number): DeviceRow[] {
  return Array.from(node.view().devices.values(), ({ entry, body }) => ({
    id: body.device,
    name: body.name,
    site: body.site,
    labels: body.labels,
    admittedAtMs: entry.timeMs,
    ...said(node, body.device, nowMs),
    receipts: history.of(body.device, node.view()),
  })).sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

type Said = Pick<
  DeviceRow,
  'presence' | 'freshness' | 'lastSeenMs' | 'running' | 'stage' | 'target' | 'progress' | 'reason'
>;

/** What the device's newest lease and receipt say of it. */
function said(node: Node, device: NodeId, nowMs: number): Said {
  const lease = node.book.newest(device, 'lease');
  const receipt = node.book.newest(device, 'receipt');
  const leaseContent = lease?.statement.content.type === 'lease' ? lease.statement.content : undefined;
  const receiptContent =
    receipt?.statement.content.type === 'receipt' ? receipt.statement.content : undefined;
  const present = lease !== undefined && isCurrent(lease, nowMs);
  const heard = [lease?.heardAtMs, receipt?.heardAtMs].filter((time) => time !== undefined);
  const stage =
    receiptContent === undefined
      ? leaseContent?.stage
      : receiptContent.stage === 'refused'
        ? 'failed'
        : receiptContent.stage;
  const targetId = receiptContent?.release ?? leaseContent?.target;
  const target = targetId === undefined ? undefined : nameOf(node, targetId);
  return {
    freshness: leaseContent?.freshness,
    presence: present ? 'present' : lease === undefined && receipt === undefined ? 'never-seen' : 'away',
    lastSeenMs: heard.length === 0 ? undefined : Math.max(...heard),
    running: runningOf(node, leaseContent?.running ?? undefined),
    stage,
    target: target && { release: target.release, version: target.version },
    // The receipt of a new target may come before the lease that counts its bytes.
    progress:
      present &&
      stage === 'fetching' &&
      leaseContent?.bytesHere !== undefined &&
      leaseContent.target === targetId &&
      target
        ? { bytesHere: leaseContent.bytesHere, sizeBytes: target.sizeBytes }
        : undefined,
    reason: receiptContent?.reason ?? '',
  };
}

function runningOf(node: Node, release: ReleaseId | undefined): DeviceRow['running'] {
  const named = release && nameOf(node, release);
  return named && { release: named.release, product: named.product, version: named.version };
}

function nameOf(node: Node, release: ReleaseId) {
  const manifest = node.view().releases.get(release)?.manifest;
  return (
    manifest && {
      release,
      product: manifest.product,
      version: manifest.version,
      sizeBytes: bundleLayout(manifest.files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    }
  );
}
