import { isCurrent } from '../core/fleet/statement-book.ts';
import type { Node } from '../core/node/node.ts';
import type { NodeId, ReleaseId } from '../core/wire/ids.ts';
import { bundleLayout } from '../core/wire/release.ts';
import { prefixOf } from '../core/wire/site-summary.ts';
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
  // A device whose own word does not come here, as from a site that this node does not watch.
  const saidUntilMs = leaseContent === undefined ? 0 : lease!.heardAtMs + leaseContent.validMs;
  const group = present ? undefined : summarised(node, device, saidUntilMs, nowMs);
  const heard = [lease?.heardAtMs, receipt?.heardAtMs, group?.heardAtMs].filter((time) => time !== undefined);
  const stage =
    group !== undefined
      ? group.stage
      : receiptContent === undefined
        ? leaseContent?.stage
        : receiptContent.stage === 'refused'
          ? 'failed'
          : receiptContent.stage;
  const targetId = group === undefined ? (receiptContent?.release ?? leaseContent?.target) : group.target;
  const target = targetId === undefined ? undefined : nameOf(node, targetId);
  return {
    freshness: leaseContent?.freshness,
    presence:
      present || group !== undefined
        ? 'present'
        : lease === undefined && receipt === undefined
          ? 'never-seen'
          : 'away',
    lastSeenMs: heard.length === 0 ? undefined : Math.max(...heard),
    running: runningOf(node, group === undefined ? leaseContent?.running : group.running),
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

/** The group of a site's summary, heard after `afterMs`, that names the device; of several summaries that hold, in the one heard last. */
function summarised(node: Node, device: NodeId, afterMs: number, nowMs: number) {
  const { devices } = node.view();
  const site = devices.get(device)?.body.site;
  const prefix = prefixOf(device);
  const groups = node.book.ofKind('summary').flatMap((heard) => {
    const { author, content } = heard.statement;
    if (content.type !== 'summary' || heard.heardAtMs < afterMs || !isCurrent(heard, nowMs)) return [];
    if (devices.get(author)?.body.site !== site) return [];
    const group = content.groups.find((candidate) => candidate.devices.includes(prefix));
    return group === undefined ? [] : [{ ...group, heardAtMs: heard.heardAtMs }];
  });
  return groups.sort((a, b) => b.heardAtMs - a.heardAtMs)[0];
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
