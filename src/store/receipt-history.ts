import type { HeardStatement } from '../core/fleet/statement-book.ts';
import type { Node } from '../core/node/node.ts';
import type { NodeId } from '../core/wire/encoding/ids.ts';
import type { ReceiptContent } from '../core/wire/statement/statement.ts';
import type { ReceiptRow } from './model.ts';
import { shareEqual } from './projection/structural-sharing.ts';
import { type ReleaseNames, releaseNames } from './release-names.ts';

/** Receipts of each device in the order in which this node heard them, for its timeline. */
export interface ReceiptHistory {
  add(heard: HeardStatement): void;
  /** The same array until the device is heard again, or releases have other names. */
  of(device: NodeId, node: Node): readonly ReceiptRow[];
}

const MAX_ROWS = 50;
const NONE: readonly ReceiptRow[] = [];

interface HeardReceipt {
  readonly content: ReceiptContent;
  readonly heardAtMs: number;
}

interface History {
  /** Newest first. */
  heard: readonly HeardReceipt[];
  /** As they were asked for last. */
  rows: readonly ReceiptRow[];
  rowOf: ReadonlyMap<HeardReceipt, ReceiptRow>;
  /** By which the rows name releases; undefined when what was heard is not in them yet. */
  names: ReleaseNames | undefined;
}

export function createReceiptHistory(): ReceiptHistory {
  const byDevice = new Map<NodeId, History>();
  return {
    add: ({ statement: { author, content }, heardAt }) => {
      if (content.type !== 'receipt') return;
      const history = byDevice.get(author) ?? {
        heard: [],
        rows: NONE,
        rowOf: new Map(),
        names: undefined,
      };
      history.heard = [{ content, heardAtMs: heardAt.wallMs }, ...history.heard].slice(0, MAX_ROWS);
      history.names = undefined;
      byDevice.set(author, history);
    },
    of: (device, node) => {
      const history = byDevice.get(device);
      if (history === undefined) return NONE;
      const names = releaseNames(node);
      if (history.names === names) return history.rows;
      const { rowOf } = history;
      history.rowOf = new Map(
        history.heard.map((heard) => [heard, shareEqual(rowOf.get(heard), receiptRow(heard, names))]),
      );
      history.rows = [...history.rowOf.values()];
      history.names = names;
      return history.rows;
    },
  };
}

function receiptRow({ content, heardAtMs }: HeardReceipt, names: ReleaseNames): ReceiptRow {
  return {
    atMs: heardAtMs,
    stage: content.stage,
    release: content.release,
    version: (content.release && names.get(content.release)?.version) ?? '',
    reason: content.reason,
    bytesFromPublisher: content.bytesFromPublisher,
    bytesFromPeers: content.bytesFromPeers,
  };
}
