import type { NodeId } from '../wire/ids.ts';
import type { ItemId } from '../wire/item.ts';
import type { OverlayMessage, Topic } from '../wire/overlay.ts';

/**
 * The mesh as one node sees it: HyParView keeps its links, Plumtree spreads items over them, signals find their way along them.
 * Contract: call `handle` with one input at a time, carry out the effects in order, and only then go on. Time and chance are the
 * caller's; `nowMs` never goes back. Payloads stay with the caller: the overlay knows items by their ids alone.
 */
export interface Overlay {
  /** Nodes with a link that is up. */
  readonly neighbours: ReadonlySet<NodeId>;
  /** Whether a node that dials us may link; a banned one may not, nor any while all places are taken. */
  admits(peer: NodeId): boolean;
  handle(input: OverlayInput, nowMs: number, random: () => number): readonly OverlayEffect[];
}

export interface OverlayDeps {
  readonly self: NodeId;
  /** The site that a node was admitted to; undefined for an operator and for who is not known. */
  readonly siteOf: (node: NodeId) => string | undefined;
  /** Whether the caller holds the item, or a newer one of its slot. */
  readonly holds: (item: ItemId) => boolean;
}

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
    }
  /** Which topics' items this node wants; its own site's and the fleet's unless it says otherwise. */
  | { readonly type: 'topics-wanted'; readonly topics: readonly Topic[] | 'all' }
  /** More waits on the link than it can take; until it drained nothing but urgent items go out on it. */
  | { readonly type: 'link-congested'; readonly peer: NodeId }
  | { readonly type: 'link-drained'; readonly peer: NodeId }
  /** This node has a signal for one that it is not linked with. */
  | { readonly type: 'signal-offered'; readonly to: NodeId; readonly signal: Uint8Array }
  | { readonly type: 'timer-fired'; readonly timer: OverlayTimer };

export type ItemSource =
  | { readonly type: 'own' }
  /** By a `push-item` of this neighbour. `hops` as it came: 1 from the author itself. */
  | { readonly type: 'pushed'; readonly from: NodeId; readonly hops: number }
  /** By what two ends of a link found out that one lacks. */
  | { readonly type: 'reconciled'; readonly from: NodeId };

/** Which items overtake others on a link that is slow: urgent a revoke or an abort, background what a node says of itself. */
export type Priority = 'urgent' | 'normal' | 'background';

export type OverlayEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: OverlayMessage }
  /** Send the payload of the item, or of the newest of its slot, with `hops`; nothing if it is not held any more. */
  | { readonly type: 'push-item'; readonly to: NodeId; readonly item: ItemId; readonly hops: number }
  /** Try to link; the answer is `link-up` or `dial-failed`. */
  | { readonly type: 'dial'; readonly peer: NodeId }
  /** End the link; the answer is `link-down`. */
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  /** Moves the timer if it is pending. */
  | { readonly type: 'schedule-timer'; readonly timer: OverlayTimer; readonly delayMs: number }
  | { readonly type: 'cancel-timer'; readonly timer: OverlayTimer }
  /** A signal for this node came through the mesh. `from` is what it claims. */
  | { readonly type: 'signal-arrived'; readonly from: NodeId; readonly signal: Uint8Array }
  /** The peer broke a rule of the overlay; a strike. */
  | { readonly type: 'peer-misbehaved'; readonly peer: NodeId; readonly reason: string };

export type OverlayTimer = 'redial' | 'shuffle' | 'announce' | 'graft';
