import type { HeardStatement } from '../core/fleet/statement-book.ts';
import type { View } from '../core/ledger/view.ts';
import type { NodeId } from '../core/wire/ids.ts';
import type { ReceiptRow } from './model.ts';

/** Receipts of each device in the order in which this node heard them, for its timeline. */
export interface ReceiptHistory {
  add(heard: HeardStatement): void;
  of(device: NodeId, view: View): readonly ReceiptRow[];
}

const MAX_ROWS = 50;

export function createReceiptHistory(): ReceiptHistory {
  const byDevice = new Map<NodeId, HeardStatement[]>();
  return {
    add: (heard) => {
      if (heard.statement.content.type !== 'receipt') return;
      const rows = byDevice.get(heard.statement.author) ?? [];
      byDevice.set(heard.statement.author, [heard, ...rows].slice(0, MAX_ROWS));
    },
    of: (device, view) =>
      (byDevice.get(device) ?? []).flatMap(({ statement: { content }, heardAtMs }) => {
        if (content.type !== 'receipt') return [];
        const release = content.release && view.releases.get(content.release);
        return {
          atMs: heardAtMs,
          stage: content.stage,
          release: content.release,
          version: release?.manifest.version ?? '',
          reason: content.reason,
          bytesFromPublisher: content.bytesFromPublisher,
          bytesFromPeers: content.bytesFromPeers,
        };
      }),
  };
}
