import type { StatementBook } from '../fleet/statement-book.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  createOverlay,
  type ItemSource,
  type Overlay,
  type OverlayEffect,
  type OverlayInput,
  type Priority,
} from '../overlay/overlay.ts';
import type { Entry } from '../wire/entry.ts';
import type { NodeId } from '../wire/ids.ts';
import { type ItemId, itemOfEntry, itemOfStatement, markOf, referenceOf } from '../wire/item.ts';
import type { Topic } from '../wire/overlay.ts';
import type { Statement } from '../wire/statement.ts';
import type { NodeEffect } from './effect.ts';

/** Spreads what this node holds over the overlay: the overlay knows ids, ledger and book the payloads. */
export interface Broadcast {
  readonly neighbours: Overlay['neighbours'];
  admits: Overlay['admits'];
  handle(input: OverlayInput, nowMs: number, random: () => number): readonly BroadcastEffect[];
  onEntryAccepted(
    entry: Entry,
    source: ItemSource,
    nowMs: number,
    random: () => number,
  ): readonly BroadcastEffect[];
  onStatementAccepted(
    statement: Statement,
    source: ItemSource,
    nowMs: number,
    random: () => number,
  ): readonly BroadcastEffect[];
  /** A neighbour pushed what is here. */
  onDuplicate(
    item: ItemId,
    from: NodeId,
    hops: number,
    nowMs: number,
    random: () => number,
  ): readonly BroadcastEffect[];
}

export type BroadcastEffect = NodeEffect | Extract<OverlayEffect, { type: 'peer-misbehaved' }>;

/** All that takes rights away must not wait behind what they still allow. */
const URGENT: ReadonlySet<string> = new Set(['root', 'revoke']);
/** Every node wants all there is; items of a site are not kept inside it yet. */
const TOPIC: Topic = 'fleet';

export function createBroadcast(deps: {
  readonly self: NodeId;
  readonly siteOf: (node: NodeId) => string | undefined;
  readonly isMember: (node: NodeId) => boolean;
  readonly ledger: Pick<Ledger, 'knows' | 'envelope'>;
  readonly book: StatementBook;
}): Broadcast {
  const { self, siteOf, isMember, ledger, book } = deps;
  const holds = (item: ItemId) => {
    const reference = referenceOf(item);
    return reference.type === 'entry' ? ledger.knows(reference.id) : book.holds(reference.mark);
  };
  const overlay = createOverlay({ self, siteOf, isMember, holds });
  let overlayMs = 0;
  let lastMs: number | undefined;

  const push = (to: NodeId, item: ItemId, hops: number): NodeEffect[] => {
    const reference = referenceOf(item);
    const payload =
      reference.type === 'entry'
        ? ledger.envelope(reference.id)
        : book.newest(reference.mark.author, reference.mark.kind)?.bytes;
    return payload === undefined
      ? []
      : [{ type: 'send-message', to, message: { type: 'push', kind: reference.type, hops, payload } }];
  };

  const perform = (effect: OverlayEffect): readonly BroadcastEffect[] => {
    switch (effect.type) {
      case 'push-item':
        return push(effect.to, effect.item, effect.hops);
      case 'schedule-timer':
      case 'cancel-timer':
        return [{ ...effect, timer: `overlay:${effect.timer}` }];
      default:
        return [effect];
    }
  };

  const handle: Broadcast['handle'] = (input, nowMs, random) => {
    // The wall clock may jump back; the overlay's pauses and budgets must not wait for it to come round again.
    overlayMs += Math.max(0, nowMs - (lastMs ?? nowMs));
    lastMs = nowMs;
    return overlay.handle(input, overlayMs, random).flatMap(perform);
  };

  return {
    neighbours: overlay.neighbours,
    admits: overlay.admits,
    handle,
    onEntryAccepted: ({ id, action }, source, nowMs, random) => {
      const priority: Priority = URGENT.has(action) ? 'urgent' : 'normal';
      return handle(
        { type: 'item-accepted', item: itemOfEntry(id), topic: TOPIC, priority, source },
        nowMs,
        random,
      );
    },
    onStatementAccepted: (statement, source, nowMs, random) =>
      handle(
        {
          type: 'item-accepted',
          item: itemOfStatement(markOf(statement)),
          topic: TOPIC,
          priority: statement.content.type === 'beacon' ? 'normal' : 'background',
          source,
        },
        nowMs,
        random,
      ),
    onDuplicate: (item, from, hops, nowMs, random) =>
      handle({ type: 'item-duplicate', item, topic: TOPIC, from, hops }, nowMs, random),
  };
}
