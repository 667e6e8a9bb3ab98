import { expect, test } from 'vitest';
import { createStatementBook } from '../fleet/statement-book.ts';
import { sampleIds } from '../reconciliation/sample-ids.ts';
import type { Entry } from '../wire/entry.ts';
import { bytesOfId, type EntryId, idFromBytes, type NodeId } from '../wire/ids.ts';
import { decodeMessage, encodeMessage, type LinkMessage } from '../wire/message.ts';
import { isReconciliation } from '../wire/reconciliation.ts';
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
      book: createStatementBook(),
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

/** A link from open to close; returns what went over it. */
function link(a: End, b: End): LinkMessage[] {
  const said: LinkMessage[] = [];
  const underway: { from: End; to: End; message: LinkMessage }[] = [];
  const carryOut = (from: End, to: End, effects: ReturnType<End['exchange']['onReconciliation']>) => {
    for (const effect of effects) {
      if (effect.type !== 'send-message') throw new Error(`an honest end caused: ${effect.type}`);
      underway.push({ from, to, message: decodeMessage(encodeMessage(effect.message)) });
    }
  };
  carryOut(a, b, a.exchange.open(b.self, 0, Math.random));
  carryOut(b, a, b.exchange.open(a.self, 0, Math.random));
  for (let next = underway.shift(); next !== undefined; next = underway.shift()) {
    const { from, to, message } = next;
    said.push(message);
    if (message.type === 'entries')
      for (const envelope of message.envelopes) to.accept(idFromBytes(envelope));
    else if (message.type === 'inventory') carryOut(to, from, to.exchange.onInventory(from.self, message, 0));
    else if (isReconciliation(message)) carryOut(to, from, to.exchange.onReconciliation(from.self, message));
  }
  a.exchange.close(b.self);
  b.exchange.close(a.self);
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

test('a peer that breaks the rules is named to the node, and a frame without a link is nothing (M7)', () => {
  const { exchange } = createEnd(NODE_A, sampleIds(4, 10));
  expect(exchange.onReconciliation(NODE_B, { type: 'more', symbols: 9 })).toEqual([]);
  exchange.open(NODE_B, 0, Math.random);
  expect(exchange.onReconciliation(NODE_B, { type: 'more', symbols: 9 })).toEqual([
    { type: 'refused', reason: 'it does not greet first' },
  ]);
});
