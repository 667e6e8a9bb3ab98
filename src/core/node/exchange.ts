import type { StatementBook } from '../fleet/statement-book.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EntryId, NodeId } from '../wire/ids.ts';
import { batchesForFrames, type LinkMessage, type StatementMark } from '../wire/message.ts';
import type { NodeEffect } from './effect.ts';

/** Anti-entropy on connect: both ends name all that they hold, and each sends what the other lacks. */
export interface Exchange {
  open(peer: NodeId, nowMs: number): readonly NodeEffect[];
  onInventory(
    peer: NodeId,
    message: Extract<LinkMessage, { type: 'inventory' }>,
    nowMs: number,
  ): readonly NodeEffect[];
  close(peer: NodeId): void;
}

/** Ids and marks in one frame; an id is 34 bytes and a mark at most 64, so both fit with room. */
const PER_FRAME = { entries: 1024, statements: 768 };
/** A guess: the largest inventory that is taken from a peer, so that none can fill the memory with ids. */
const MAX_INVENTORY = 200_000;

interface Heard {
  readonly entries: Set<EntryId>;
  readonly marks: StatementMark[];
}

export function createExchange({ ledger, book }: { ledger: Ledger; book: StatementBook }): Exchange {
  const underway = new Map<NodeId, Heard>();

  const sendAll = (to: NodeId, type: 'entries' | 'statements', items: readonly Uint8Array[]): NodeEffect[] =>
    batchesForFrames(items).map((batch) => ({
      type: 'send-message',
      to,
      message: type === 'entries' ? { type, envelopes: batch } : { type, statements: batch },
    }));

  return {
    open: (peer, nowMs) => {
      underway.set(peer, { entries: new Set(), marks: [] });
      const entries = ledger.entries().map(({ id }) => id);
      const marks = book.marks(nowMs);
      const frames = Math.max(
        1,
        Math.ceil(entries.length / PER_FRAME.entries),
        Math.ceil(marks.length / PER_FRAME.statements),
      );
      return Array.from({ length: frames }, (_, index) => ({
        type: 'send-message',
        to: peer,
        message: {
          type: 'inventory',
          entries: entries.slice(index * PER_FRAME.entries, (index + 1) * PER_FRAME.entries),
          statements: marks.slice(index * PER_FRAME.statements, (index + 1) * PER_FRAME.statements),
          last: index === frames - 1,
        },
      }));
    },
    onInventory: (peer, message, nowMs) => {
      const heard = underway.get(peer);
      if (heard === undefined) return [];
      for (const id of message.entries) heard.entries.add(id);
      heard.marks.push(...message.statements);
      if (heard.entries.size + heard.marks.length > MAX_INVENTORY) {
        underway.delete(peer);
        return [{ type: 'hang-up', peer, reason: 'its inventory is too large' }];
      }
      if (!message.last) return [];
      underway.delete(peer);
      const lacking = ledger.entries().filter(({ id }) => !heard.entries.has(id));
      return [
        ...sendAll(
          peer,
          'entries',
          lacking.map(({ id }) => ledger.envelope(id)!),
        ),
        ...sendAll(
          peer,
          'statements',
          book.lackedBy(heard.marks, nowMs).map(({ bytes }) => bytes),
        ),
      ];
    },
    close: (peer) => {
      underway.delete(peer);
    },
  };
}
