import type { StatementBook } from '../fleet/statement-book.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Budget, createBudget } from '../overlay/budget.ts';
import type { ReconciliationEffect } from '../reconciliation/effect.ts';
import { createIdSet } from '../reconciliation/id-set.ts';
import { createReconciliationSession, type ReconciliationSession } from '../reconciliation/session.ts';
import type { MonotonicMs } from '../time/instant.ts';
import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import { markOf, type StatementMark } from '../wire/link/item.ts';
import { batchesForFrames, type LinkMessage } from '../wire/link/message.ts';
import { NONCE_BYTES, type ReconciliationMessage } from '../wire/link/reconciliation.ts';
import type { Statement } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';

/**
 * Anti-entropy: the two ends of a link reconcile their sets of entries and name their newest statements, and each sends what the other
 * lacks. Entries accepted after `open` are for the broadcast, which reaches every link that is up.
 */
export interface Exchange {
  /** On connect, and again on a link that stands (R8); nothing while the other end has not greeted yet. */
  open(peer: NodeId, nowMs: MonotonicMs, random: () => number): readonly NodeEffect[];
  onInventory(
    peer: NodeId,
    message: Extract<LinkMessage, { type: 'inventory' }>,
    nowMs: MonotonicMs,
  ): readonly NodeEffect[];
  onReconciliation(
    peer: NodeId,
    message: ReconciliationMessage,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly (NodeEffect | Extract<ReconciliationEffect, { type: 'refused' }>)[];
  close(peer: NodeId): void;
}

/** Marks in one frame; a mark is at most 64 bytes, so they fit with room. */
const MARKS_PER_FRAME = 768;
/** A guess: the most marks that are taken from a peer, so that none can fill the memory with them. */
const MAX_INVENTORY = 200_000;

/** A guess: sessions that a neighbour may begin on a link that stands. Attack: each costs this node one look at all its ids. */
const SESSIONS_BEGUN_BY_ONE = { burst: 4, perSecond: 1 / 30 } as const;

interface Underway {
  readonly session: ReconciliationSession;
  /** Not the first of its link: what comes before the other end's greeting belongs to the one before. */
  readonly isAgain: boolean;
  greeted: boolean;
  readonly begunByPeer: Budget;
  /** Undefined once the other end's last mark has been answered. */
  marks: StatementMark[] | undefined;
}

export function createExchange(deps: {
  readonly self: NodeId;
  readonly ledger: Pick<Ledger, 'entries' | 'envelope'>;
  readonly book: StatementBook;
  /** Whose topics they are in (G6): this node's, the neighbour's. */
  readonly isWanted: (statement: Statement) => boolean;
  readonly isWantedBy: (peer: NodeId, statement: Statement) => boolean;
}): Exchange {
  const { self, ledger, book } = deps;
  const underway = new Map<NodeId, Underway>();
  const ids = createIdSet();

  const catchUp = () => {
    for (const { id } of ledger.entries().slice(ids.size)) ids.add(id);
  };

  const sendEntries = (to: NodeId, wanted: readonly EntryId[]): NodeEffect[] =>
    batchesForFrames(wanted.map((id) => ledger.envelope(id)!)).map((envelopes) => ({
      type: 'send-message',
      to,
      message: { type: 'entries', envelopes },
    }));

  const perform = (peer: NodeId, effects: readonly ReconciliationEffect[]) =>
    effects.flatMap((effect): (NodeEffect | Extract<ReconciliationEffect, { type: 'refused' }>)[] => {
      if (effect.type === 'send-entries') return sendEntries(peer, effect.ids);
      return [effect.type === 'refused' ? effect : { ...effect, to: peer }];
    });

  const open = (peer: NodeId, nowMs: MonotonicMs, random: () => number): NodeEffect[] => {
    const before = underway.get(peer);
    // The other end's greeting would be taken for the answer to the second one.
    if (before?.greeted === false) return [];
    catchUp();
    const nonce = Uint8Array.from({ length: NONCE_BYTES }, () => Math.floor(random() * 256));
    const session = createReconciliationSession({ ids, leads: self < peer, nonce });
    const begunByPeer = before?.begunByPeer ?? createBudget(SESSIONS_BEGUN_BY_ONE);
    underway.set(peer, { session, isAgain: before !== undefined, greeted: false, begunByPeer, marks: [] });
    return [
      { type: 'send-message', to: peer, message: session.greeting },
      ...inventoryFrames(nowMs).map((message): NodeEffect => ({ type: 'send-message', to: peer, message })),
    ];
  };

  const inventoryFrames = (nowMs: MonotonicMs): LinkMessage[] => {
    const marks = book
      .current(nowMs)
      .flatMap(({ statement }) => (deps.isWanted(statement) ? [markOf(statement)] : []));
    const frames = Math.max(1, Math.ceil(marks.length / MARKS_PER_FRAME));
    return Array.from({ length: frames }, (_, index) => ({
      type: 'inventory',
      statements: marks.slice(index * MARKS_PER_FRAME, (index + 1) * MARKS_PER_FRAME),
      last: index === frames - 1,
    }));
  };

  const onReconciliation: Exchange['onReconciliation'] = (peer, message, nowMs, random) => {
    const known = underway.get(peer);
    if (known === undefined) return [];
    if (message.type !== 'greet')
      return known.isAgain && !known.greeted ? [] : perform(peer, known.session.receive(message));
    if (!known.greeted) {
      known.greeted = true;
      return perform(peer, known.session.receive(message));
    }
    if (!known.begunByPeer.take(nowMs)) return [{ type: 'refused', reason: 'it begins again and again' }];
    return [...open(peer, nowMs, random), ...onReconciliation(peer, message, nowMs, random)];
  };

  return {
    open,
    onInventory: (peer, message, nowMs) => {
      const known = underway.get(peer);
      if (known?.marks === undefined) return [];
      known.marks.push(...message.statements);
      if (known.marks.length > MAX_INVENTORY) {
        underway.delete(peer);
        return [{ type: 'hang-up', peer, reason: 'its inventory is too large' }];
      }
      if (!message.last) return [];
      const lacked = book
        .lackedBy(known.marks, nowMs)
        .flatMap(({ statement, bytes }) => (deps.isWantedBy(peer, statement) ? [bytes] : []));
      known.marks = undefined;
      return batchesForFrames(lacked).map((statements) => ({
        type: 'send-message',
        to: peer,
        message: { type: 'statements', statements },
      }));
    },
    onReconciliation,
    close: (peer) => {
      underway.delete(peer);
    },
  };
}
