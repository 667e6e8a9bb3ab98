import type { DeviceEffect } from '../device/input.ts';
import type { HeardStatement } from '../fleet/statement-book.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import type { Priority } from '../overlay/input.ts';
import type { WireEffect } from '../overlay/wires.ts';
import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { HighWaterMark } from '../wire/kept/high-water-mark.ts';
import type { KeptBans } from '../wire/kept/kept-bans.ts';
import type { LinkMessage } from '../wire/link/message.ts';
import type { OwnContent } from '../wire/statement/statement.ts';
import type { NodeTimer } from './input.ts';

/** What the runtime must do, in the order given. */
export type NodeEffect =
  | {
      readonly type: 'send-message';
      readonly to: NodeId;
      readonly message: LinkMessage;
      /** Of the item that the message brings; 'normal' where absent. */
      readonly priority?: Priority;
    }
  | { readonly type: 'dial'; readonly peer: NodeId }
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  /** Too few links and nobody left to dial: ask the signaling servers who is there. The answer, if any, is `peers-introduced`. */
  | { readonly type: 'seek-peers' }
  /** A signal came through the mesh; it proves nothing about whom it names. */
  | { readonly type: 'signal-arrived'; readonly from: NodeId; readonly signal: Uint8Array }
  | { readonly type: 'append-entry'; readonly id: EntryId; readonly envelope: Uint8Array }
  /** Sign it as this node, in the current session, and feed it back as `statement-received`. */
  | { readonly type: 'sign-statement'; readonly content: OwnContent }
  | { readonly type: 'schedule-timer'; readonly timer: NodeTimer; readonly delayMs: number }
  | { readonly type: 'cancel-timer'; readonly timer: NodeTimer }
  /** Keep it in every place, before any later effect that must be kept. */
  | { readonly type: 'keep-mark'; readonly mark: HighWaterMark }
  /** Keep it in every place. */
  | { readonly type: 'keep-bans'; readonly kept: KeptBans }
  | Exclude<WireEffect, { type: 'send-message' | 'hang-up' | 'schedule-timer' }>
  | Exclude<DeviceEffect, { type: 'schedule-timer' | 'cancel-timer' | 'publish-receipt' | 'note-fault' }>
  /** For whoever watches this node: pages, logs. */
  | { readonly type: 'report'; readonly event: NodeEvent };

export type NodeEvent =
  | LedgerEvent
  /** All that this node had lost is here again. */
  | { readonly type: 'ledger-rebuilt' }
  | { readonly type: 'statement-heard'; readonly heard: HeardStatement }
  | { readonly type: 'neighbor-up'; readonly peer: NodeId }
  | { readonly type: 'neighbor-down'; readonly peer: NodeId; readonly reason: string }
  | {
      readonly type: 'peer-refused';
      readonly peer: NodeId;
      readonly reason: string;
      readonly subject: string;
    };
