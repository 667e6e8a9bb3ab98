import { WireError } from '../wire/encoding/refusal.ts';
import type { ItemId } from '../wire/link/item.ts';

/** What checking bytes came to. */
export type Opened<Value> =
  | { readonly type: 'new'; readonly value: Value }
  /** Here already, or about to be, or older than what is here. */
  | { readonly type: 'known'; readonly item: ItemId }
  /** Nothing that this node takes from that neighbour. */
  | { readonly type: 'unwanted' }
  /** Hostile or broken; the reason is for a person. */
  | { readonly type: 'refused'; readonly reason: string }
  /** A defect, or a platform that could not say: nobody's misbehaviour. */
  | { readonly type: 'failed'; readonly error: unknown };

/** What it means that reading foreign bytes threw this. */
export function refusalOf(error: unknown): Extract<Opened<never>, { type: 'refused' | 'failed' }> {
  return error instanceof WireError ? { type: 'refused', reason: error.message } : { type: 'failed', error };
}
