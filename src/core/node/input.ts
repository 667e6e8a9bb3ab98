import type { DeviceInput, DeviceTimer } from '../device/input.ts';
import type { ReceivedEntry } from '../ledger/ledger.ts';
import type { ItemSource, OverlayTimer } from '../overlay/input.ts';
import type { Holding } from '../overlay/wires.ts';
import type { WallMs } from '../time/instant.ts';
import type { InfoHash, NodeId } from '../wire/encoding/ids.ts';
import type { KeptBans } from '../wire/kept/kept-bans.ts';
import type { ItemId, StatementMark } from '../wire/link/item.ts';
import type { LinkMessage } from '../wire/link/message.ts';
import type { SiteEntrance } from '../wire/link/overlay.ts';
import type { Rung, Statement } from '../wire/statement/statement.ts';

/** How a link is doing, as it was measured last; the rung is that of its selected candidate pair. */
export interface LinkFacts {
  readonly rung: Rung;
  readonly roundTripMs: number | undefined;
  /** Over that rung: a connection that changes to another pair counts from there. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /**
   * Share of checks of the path that nobody answered (RFC 7675), from 0 to 1; data channels themselves lose nothing and
   * browsers do not tell what they send again. Undefined where no path is checked.
   */
  readonly lossShare: number | undefined;
}

/** A neighbour pushed what is here already, or older than what is here. */
export interface DuplicatePushed {
  readonly type: 'duplicate-pushed';
  readonly item: ItemId;
  readonly from: NodeId;
  readonly hops: number;
  readonly entrance?: SiteEntrance | undefined;
}

/** Facts that the runtime tells the node. Signatures of entries and statements have been checked before. */
export type NodeInput =
  | {
      readonly type: 'node-started';
      readonly stored: readonly ReceivedEntry[];
      readonly heard: readonly StoredStatement[];
      /** How far each member had come, as the book's own. */
      readonly marks: readonly StatementMark[];
    }
  /** Told once, before any link is up. */
  | { readonly type: 'bans-restored'; readonly kept: KeptBans }
  /** A person takes a ban back. */
  | { readonly type: 'ban-lifted'; readonly peer: NodeId }
  | { readonly type: 'peers-introduced'; readonly peers: readonly NodeId[] }
  | { readonly type: 'peer-seen'; readonly peer: NodeId }
  /** `dialled`: this node began it. `features`: what the other end named, known here or not (H14). */
  | {
      readonly type: 'link-up';
      readonly peer: NodeId;
      readonly dialled: boolean;
      readonly features: readonly string[];
    }
  | { readonly type: 'link-down'; readonly peer: NodeId; readonly reason: string }
  | {
      readonly type: 'link-measured';
      readonly peer: NodeId;
      readonly facts: LinkFacts;
    }
  | { readonly type: 'dial-failed'; readonly peer: NodeId }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: PlainMessage }
  | { readonly type: 'entry-received'; readonly received: ReceivedEntry; readonly source: ItemSource }
  | {
      readonly type: 'statement-received';
      readonly statement: Statement;
      readonly bytes: Uint8Array;
      readonly source: ItemSource;
    }
  /** A neighbour brought what a stranger says (M8). */
  | { readonly type: 'statement-turned-away'; readonly peer: NodeId }
  | DuplicatePushed
  /** Which sites a person at this node looks at, beside its own; none until it says. */
  | { readonly type: 'sites-watched'; readonly sites: WatchedSites }
  /** More waits on the link than it can take; until it drained only what is urgent goes out on it. */
  | { readonly type: 'link-congested'; readonly peer: NodeId }
  | { readonly type: 'link-drained'; readonly peer: NodeId }
  /** A signal for a node that this one is not linked with. `search`: no signaling server takes it. */
  | {
      readonly type: 'signal-offered';
      readonly to: NodeId;
      readonly signal: Uint8Array;
      readonly search: boolean;
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
  /** This end of a bulk channel closed, from whichever side, after so many bytes both ways. */
  | {
      readonly type: 'wire-closed';
      readonly peer: NodeId;
      readonly channel: number;
      readonly carriedBytes: number;
    }
  /** Both ends are done with it. */
  | { readonly type: 'channel-gone'; readonly peer: NodeId; readonly channel: number }
  /** Events of the device itself; ignored by a node that is none. */
  | {
      readonly type: 'device-input';
      readonly input: Exclude<DeviceInput, { type: 'device-started' | 'wish-changed' | 'timer-fired' }>;
    }
  | { readonly type: 'timer-fired'; readonly timer: NodeTimer };

/** Messages that need no cryptography; entries and statements come as inputs of their own. */
export type PlainMessage = Exclude<LinkMessage, { type: 'push' | 'entries' | 'statements' }>;

/** By name, or all: at a dashboard. */
export type WatchedSites = readonly string[] | 'all';

/** Those of the node itself, beside its machines'. */
export const OWN_TIMERS = [
  'lease',
  'beacon',
  'mark',
  'bans',
  'summary',
  'rewire',
  'catch-up',
  'anti-entropy',
  'faults',
] as const;

/** Of the node and of all its machines; no two of them have one of the same name. */
export type NodeTimer = (typeof OWN_TIMERS)[number] | OverlayTimer | DeviceTimer;

export interface StoredStatement {
  readonly statement: Statement;
  readonly bytes: Uint8Array;
  readonly heardAtMs: WallMs;
}
