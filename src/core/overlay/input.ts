import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { OverlayMessage, SiteEntrance, Topic } from '../wire/link/overlay.ts';

export type OverlayInput =
  /** Whom a signaling server named, or who was stored. */
  | { readonly type: 'peers-introduced'; readonly peers: readonly NodeId[] }
  /** A newcomer at the signaling server; it dials whom it wants, so that the two do not dial each other at once. */
  | { readonly type: 'peer-seen'; readonly peer: NodeId }
  /** A link stands and its other end has proved its key. `dialled`: this node began it. */
  | { readonly type: 'link-up'; readonly peer: NodeId; readonly dialled: boolean }
  /** A link ended, whoever ended it; also the answer to `hang-up`. */
  | { readonly type: 'link-down'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'dial-failed'; readonly peer: NodeId }
  | { readonly type: 'peer-banned'; readonly peer: NodeId }
  | { readonly type: 'ban-ended'; readonly peer: NodeId }
  /** Others may be members of the fleet now than before: `isMember` tells. */
  | { readonly type: 'members-changed' }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: OverlayMessage }
  /** What this node made or took in, after its checks, once for each item. */
  | {
      readonly type: 'item-accepted';
      readonly item: ItemId;
      readonly topic: Topic;
      readonly priority: Priority;
      readonly source: ItemSource;
    }
  /** A push brought what is held, or older than what is held. `hops` as it came. */
  | {
      readonly type: 'item-duplicate';
      readonly item: ItemId;
      readonly topic: Topic;
      readonly from: NodeId;
      readonly hops: number;
      readonly entrance?: SiteEntrance | undefined;
    }
  /** Which sites' items this node wants beside those of the fleet; none unless it says so. */
  | { readonly type: 'topics-wanted'; readonly topics: readonly Topic[] | 'all' }
  /**
   * The speaker of the topic's site said its summary. `newest`: its newest item in the topic that is held here and still holds.
   * `intervalMs`: until the next is due.
   */
  | {
      readonly type: 'speaker-heard';
      readonly topic: Topic;
      readonly source: ItemSource;
      readonly newest: ItemId | undefined;
      readonly intervalMs: number;
    }
  /** More waits on the link than it can take; until it drained nothing but urgent items go out on it. */
  | { readonly type: 'link-congested'; readonly peer: NodeId }
  | { readonly type: 'link-drained'; readonly peer: NodeId }
  /** This node has a signal for one that it is not linked with. `search`: also where no way is known, by random walks. */
  | {
      readonly type: 'signal-offered';
      readonly to: NodeId;
      readonly signal: Uint8Array;
      readonly search: boolean;
    }
  | { readonly type: 'timer-fired'; readonly timer: OverlayTimer };

export type ItemSource =
  | { readonly type: 'own' }
  /** By a `push-item` of this neighbour. `hops` as it came: 1 from the author itself. `entrance` as it says. */
  | {
      readonly type: 'pushed';
      readonly from: NodeId;
      readonly hops: number;
      readonly entrance?: SiteEntrance | undefined;
    }
  /** By what two ends of a link found out that one lacks. */
  | { readonly type: 'reconciled'; readonly from: NodeId };

/** Which items overtake others on a link that is slow: urgent a revoke or an abort, background what a node says of itself. */
export type Priority = 'urgent' | 'normal' | 'background';

export const OVERLAY_TIMERS = [
  'redial',
  'shuffle',
  'active-view',
  'announce',
  'announce-across',
  'graft',
  'optimise',
  'relays',
] as const;
export type OverlayTimer = (typeof OVERLAY_TIMERS)[number];
