import { expect, test } from 'vitest';
import { createStatementBook } from '../fleet/statement-book.ts';
import { sampleIds } from '../reconciliation/sample-ids.ts';
import { bytesOfId, type EntryId, idFromBytes, type NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { decodeMessage, encodeMessage, type LinkMessage } from '../wire/link/message.ts';
import { isReconciliation } from '../wire/link/reconciliation.ts';
import { createExchange } from './exchange.ts';

/** An end whose envelopes are the ids themselves: the exchange never looks inside. */
function createEnd(self: NodeId, held: readonly EntryId[]) {
  const entries = held.map((id) => ({ id }) as Entry);
  const ledger = { entries: () => entries, envelope: (id: EntryId) => bytesOfId(id) };
  return {
    self,
    exchange: createExchange({
      self,
      ledger,
      book: createStatementBook({ self, isMember: () => true }),
      isWanted: () => true,
      isWantedBy: () => true,
    }),
    accept: (id: EntryId) => {
      if (!entries.some((entry) => entry.id === id)) entries.push({ id } as Entry);
    },
    ids: () => entries.map(({ id }) => id).sort(),
  };
}

type End = ReturnType<typeof createEnd>;

/** A link whose messages are delivered as the test likes, each end's in their order. */
function createLink(a: End, b: End) {
  const said: LinkMessage[] = [];
  const underway: { from: End; to: End; message: LinkMessage }[] = [];
  const other = (end: End) => (end === a ? b : a);
  const carryOut = (from: End, effects: ReturnType<End['exchange']['onReconciliation']>) => {
    for (const effect of effects) {
      if (effect.type !== 'send-message') throw new Error(`an honest end caused: ${JSON.stringify(effect)}`);
      underway.push({
        from,
        to: other(from),
        message: decodeMessage(encodeMessage(effect.message)) as LinkMessage,
      });
    }
  };
  return {
    said,
    open: (end: End) => carryOut(end, end.exchange.open(other(end).self, 0, Math.random)),
    deliver: (count: number) => {
      for (let at = 0; at < count; at++) {
        const next = underway.shift();
        if (next === undefined) return;
        const { from, to, message } = next;
        said.push(message);
        if (message.type === 'entries')
          for (const envelope of message.envelopes) to.accept(idFromBytes(envelope));
        else if (message.type === 'inventory') carryOut(to, to.exchange.onInventory(from.self, message, 0));
        else if (isReconciliation(message))
          carryOut(to, to.exchange.onReconciliation(from.self, message, 0, Math.random));
      }
    },
    close: () => {
      a.exchange.close(b.self);
      b.exchange.close(a.self);
    },
  };
}

/** A link from open to close; returns what went over it. */
function link(a: End, b: End): LinkMessage[] {
  const { said, open, deliver, close } = createLink(a, b);
  open(a);
  open(b);
  deliver(Number.POSITIVE_INFINITY);
  close();
  return said;
}

const [NODE_A, NODE_B] = sampleIds(1, 2).map((id) => id as string as NodeId) as [NodeId, NodeId];

test('two nodes that link hold the same entries, whichever of them leads (M2)', () => {
  const all = sampleIds(2, 500);
  for (const [first, second] of [
    [NODE_A, NODE_B],
    [NODE_B, NODE_A],
  ] as const) {
    const a = createEnd(first, all.slice(0, 450));
    const b = createEnd(second, all.slice(100));
    link(a, b);
    expect(a.ids()).toEqual([...all].sort());
    expect(b.ids()).toEqual([...all].sort());
  }
});

test('what came between two links is found by the second, and nothing travels twice', () => {
  const all = sampleIds(3, 60);
  const a = createEnd(NODE_A, all.slice(0, 40));
  const b = createEnd(NODE_B, all.slice(0, 40));
  expect(link(a, b).filter(({ type }) => type === 'entries')).toEqual([]);
  for (const id of all.slice(40, 50)) a.accept(id);
  for (const id of all.slice(50)) b.accept(id);
  const sent = link(a, b).flatMap((message) => (message.type === 'entries' ? message.envelopes : []));
  expect(sent).toHaveLength(20);
  expect(a.ids()).toEqual(b.ids());
});

test('a session that is begun while messages of the one before are under way finds what both lack (R8)', () => {
  const all = sampleIds(5, 300);
  for (const [first, second] of [
    [NODE_A, NODE_B],
    [NODE_B, NODE_A],
  ] as const)
    for (let delivered = 0; delivered < 8; delivered++) {
      const a = createEnd(first, all.slice(0, 200));
      const b = createEnd(second, all.slice(100));
      const link = createLink(a, b);
      link.open(a);
      link.open(b);
      link.deliver(delivered);
      link.open(a);
      link.deliver(Number.POSITIVE_INFINITY);
      expect(a.ids()).toEqual([...all].sort());
      expect(b.ids()).toEqual([...all].sort());
    }
});

test('a peer that breaks the rules is named to the node, and a frame without a link is nothing (M7)', () => {
  const { exchange } = createEnd(NODE_A, sampleIds(4, 10));
  expect(exchange.onReconciliation(NODE_B, { type: 'more', symbols: 9 }, 0, Math.random)).toEqual([]);
  exchange.open(NODE_B, 0, Math.random);
  expect(exchange.onReconciliation(NODE_B, { type: 'more', symbols: 9 }, 0, Math.random)).toEqual([
    { type: 'refused', reason: 'it does not greet first' },
  ]);
});
