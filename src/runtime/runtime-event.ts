import type { NodeEvent } from '../core/node/effect.ts';
import type { NodeId } from '../core/wire/encoding/ids.ts';

export type RuntimeEvent =
  | NodeEvent
  /** Links, progress or signaling rooms changed; look at the node. */
  | { readonly type: 'changed' }
  /** No link was made, or one was ended, for what the other end did. Where its key was not proven anybody may have named `peer`. */
  | { readonly type: 'link-refused'; readonly peer: NodeId; readonly reason: string }
  /** A store or the engine failed; the node goes on as far as it can. */
  | { readonly type: 'trouble'; readonly what: string };
