import { isCurrent } from '../core/fleet/statement-book.ts';
import type { View } from '../core/ledger/view.ts';
import type { Node } from '../core/node/node.ts';
import type { Instant, MonotonicMs } from '../core/time/instant.ts';
import { compareIds, type NodeId, type ReleaseId } from '../core/wire/encoding/ids.ts';
import type { DeviceRow, WatchModel } from './model.ts';
import type { ReceiptHistory } from './receipt-history.ts';
import { nameOfRelease } from './release-names.ts';
import { namesAll, type SiteSummaries } from './site-summaries.ts';
import { watchOf } from './watch.ts';

export type Admission = NonNullable<ReturnType<View['devices']['get']>>;

/** What the rows are made of beside the node. */
export interface Heard {
  readonly history: ReceiptHistory;
  readonly summaries: SiteSummaries;
  readonly watch: WatchModel;
}

/** What is known of the device that this admission is about. */
export function deviceRow(
  node: Node,
  { entry, body }: Admission,
  heard: Heard,
  nowMs: MonotonicMs,
): DeviceRow {
  return {
    id: body.device,
    name: body.name,
    site: body.site,
    labels: body.labels,
    admittedAtMs: entry.timeMs,
    ...said(node, body, heard, nowMs),
    receipts: heard.history.of(body.device, node),
  };
}

const COLLATOR = new Intl.Collator();

type Named = Pick<DeviceRow, 'name' | 'id'>;

/** The order of the list, which is total: of one name the lower key first. */
export function compareDevices(a: Named, b: Named): number {
  return COLLATOR.compare(a.name, b.name) || compareIds(a.id, b.id);
}

type Said = Pick<
  DeviceRow,
  'presence' | 'knownBy' | 'freshness' | 'lastSeenMs' | 'running' | 'stage' | 'target' | 'progress' | 'reason'
>;

/** What the device's newest lease and receipt say of it. */
function said(
  node: Node,
  { device, site }: { readonly device: NodeId; readonly site: string },
  { summaries, watch }: Heard,
  nowMs: MonotonicMs,
): Said {
  const lease = node.book.newest(device, 'lease');
  const receipt = node.book.newest(device, 'receipt');
  const leaseContent = lease?.statement.content.type === 'lease' ? lease.statement.content : undefined;
  const receiptContent =
    receipt?.statement.content.type === 'receipt' ? receipt.statement.content : undefined;
  const present = lease !== undefined && isCurrent(lease, nowMs);
  const watched = watchOf(watch, site) !== undefined;
  // While the site is watched a lease that ran out says more than a summary that was heard before it did.
  const saidUntilMs =
    lease === undefined
      ? Number.NEGATIVE_INFINITY
      : lease.heardAt.monotonicMs + (watched ? (leaseContent?.validMs ?? 0) : 0);
  const group = present ? undefined : summaries.groupOf(site, device, saidUntilMs);
  const told = watched || isLeftOut(summaries, site, saidUntilMs);
  const heard = [lease?.heardAt, receipt?.heardAt, group?.heardAt].filter((time) => time !== undefined);
  const stage = group !== undefined ? group.stage : (receiptContent ?? leaseContent)?.stage;
  const targetId = group === undefined ? (receiptContent?.release ?? leaseContent?.target) : group.target;
  const target = targetId === undefined ? undefined : nameOfRelease(node, targetId);
  return {
    freshness: leaseContent?.freshness,
    presence:
      present || group !== undefined
        ? 'present'
        : !told
          ? 'unknown'
          : lease === undefined && receipt === undefined
            ? 'never-seen'
            : 'away',
    knownBy: present ? 'lease' : group !== undefined ? 'summary' : 'inventory',
    lastSeenMs: latestOf(heard)?.wallMs,
    running: runningOf(node, group === undefined ? leaseContent?.running : group.running),
    stage,
    target: targetId && target && { release: targetId, version: target.version },
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

/** Whether a summary that holds names all who are there, among whom the device is not. */
function isLeftOut(summaries: SiteSummaries, site: string, afterMs: MonotonicMs): boolean {
  const summary = summaries.of(site);
  return summary?.holds === true && summary.heardAt.monotonicMs >= afterMs && namesAll(summary.content);
}

function latestOf(instants: readonly Instant[]): Instant | undefined {
  return instants.reduce<Instant | undefined>(
    (latest, one) => (latest === undefined || one.monotonicMs > latest.monotonicMs ? one : latest),
    undefined,
  );
}

function runningOf(node: Node, release: ReleaseId | undefined): DeviceRow['running'] {
  const named = release && nameOfRelease(node, release);
  return release && named && { release, product: named.product, version: named.version };
}
