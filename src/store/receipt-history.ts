import type { HeardStatement } from '../core/fleet/statement-book.ts';
import type { Node } from '../core/node/node.ts';
import type { NodeId } from '../core/wire/encoding/ids.ts';
import type { ReceiptRow } from './model.ts';
import { nameOfRelease } from './release-names.ts';

/** Receipts of each device in the order in which this node heard them, for its timeline. */
export interface ReceiptHistory {
  add(heard: HeardStatement): void;
  of(device: NodeId, node: Node): readonly ReceiptRow[];
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
    of: (device, node) =>
      (byDevice.get(device) ?? []).flatMap(({ statement: { content }, heardAt }) => {
        if (content.type !== 'receipt') return [];
        const named = content.release && nameOfRelease(node, content.release);
        return {
          atMs: heardAt.wallMs,
          stage: content.stage,
          release: content.release,
          version: named?.version ?? '',
          reason: content.reason,
          bytesFromPublisher: content.bytesFromPublisher,
          bytesFromPeers: content.bytesFromPeers,
        };
      }),
  };
}
