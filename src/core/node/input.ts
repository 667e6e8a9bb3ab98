import type { DeviceInput, DeviceTimer } from '../device/life-cycle.ts';
import type { ReceivedEntry } from '../ledger/ledger.ts';
import type { Holding } from '../overlay/wires.ts';
import type { InfoHash, NodeId } from '../wire/ids.ts';
import type { LinkMessage } from '../wire/message.ts';
import type { Rung, Statement } from '../wire/statement.ts';

/** How a link is doing, as it was measured last. */
export interface LinkFacts {
  readonly rung: Rung;
  readonly roundTripMs: number | undefined;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Share of checks of the path without an answer, from 0 to 1. */
  readonly lossShare: number | undefined;
}

/** Facts that the runtime tells the node. Signatures of entries and statements have been checked before. */
export type NodeInput =
  | {
      readonly type: 'node-started';
      readonly stored: readonly ReceivedEntry[];
      readonly heard: readonly StoredStatement[];
    }
  | { readonly type: 'peers-introduced'; readonly peers: readonly NodeId[] }
  | { readonly type: 'peer-seen'; readonly peer: NodeId }
  | { readonly type: 'link-up'; readonly peer: NodeId }
  | { readonly type: 'link-down'; readonly peer: NodeId; readonly reason: string }
  | {
      readonly type: 'link-measured';
      readonly peer: NodeId;
      readonly facts: LinkFacts;
    }
  | { readonly type: 'dial-failed'; readonly peer: NodeId }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: PlainMessage }
  /** `from` is undefined for what this node signed itself. */
  | { readonly type: 'entry-received'; readonly received: ReceivedEntry; readonly from: NodeId | undefined }
  | {
      readonly type: 'statement-received';
      readonly statement: Statement;
      readonly bytes: Uint8Array;
      readonly from: NodeId | undefined;
    }
  /** A frame, entry or statement that could not be read, or whose signature does not hold. */
  | {
      readonly type: 'peer-misbehaved';
      readonly peer: NodeId;
      readonly reason: string;
      readonly subject: string;
    }
  | { readonly type: 'holdings-changed'; readonly bundles: readonly Holding[] }
  | {
      readonly type: 'bundle-progressed';
      readonly infoHash: InfoHash;
      readonly bytesHere: number;
      readonly sizeBytes: number;
      readonly bytesFrom: ReadonlyMap<NodeId, number>;
    }
  | { readonly type: 'wire-closed'; readonly peer: NodeId; readonly channel: number }
  /** Events of the device itself; ignored by a node that is none. */
  | {
      readonly type: 'device-input';
      readonly input: Exclude<DeviceInput, { type: 'wish-changed' | 'timer-fired' }>;
    }
  | { readonly type: 'timer-fired'; readonly timer: NodeTimer };

/** Messages that need no cryptography; entries and statements come as inputs of their own. */
export type PlainMessage = Exclude<LinkMessage, { type: 'entries' | 'statements' }>;

export type NodeTimer = 'lease' | 'beacon' | 'mark' | 'redial' | 'rewire' | `device:${DeviceTimer}`;

export interface StoredStatement {
  readonly statement: Statement;
  readonly bytes: Uint8Array;
  readonly heardAtMs: number;
}
