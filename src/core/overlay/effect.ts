import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { OverlayMessage, SiteEntrance } from '../wire/link/overlay.ts';
import type { OverlayTimer, Priority } from './input.ts';

/** Send the payload of the item, or of the newest of its slot, with `hops`; nothing if it is not held any more. */
export interface PushItem {
  readonly type: 'push-item';
  readonly to: NodeId;
  readonly item: ItemId;
  readonly hops: number;
  readonly priority: Priority;
  /** For a neighbour of this node's own site. */
  readonly entrance?: SiteEntrance | undefined;
}

export type OverlayEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: OverlayMessage }
  | PushItem
  /** Try to link; the answer is `link-up` or `dial-failed`. */
  | { readonly type: 'dial'; readonly peer: NodeId }
  /** Too few links and nobody left to dial: ask whoever introduces nodes, once. The answer, if any, is `peers-introduced`. */
  | { readonly type: 'seek-peers' }
  /** End the link; the answer is `link-down`. */
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  /** Moves the timer if it is pending. */
  | { readonly type: 'schedule-timer'; readonly timer: OverlayTimer; readonly delayMs: number }
  | { readonly type: 'cancel-timer'; readonly timer: OverlayTimer }
  /** A signal for this node came through the mesh. `from` is what it claims. */
  | { readonly type: 'signal-arrived'; readonly from: NodeId; readonly signal: Uint8Array }
  /** The peer broke a rule of the overlay; a strike. */
  | { readonly type: 'peer-misbehaved'; readonly peer: NodeId; readonly reason: string };
