import type { ReceivedEntry } from '../../ledger/ledger.ts';
import type { EntryWriter } from '../../ledger/testing/entry-writer.ts';
import type { ItemSource } from '../../overlay/input.ts';
import { at } from '../../time/testing/at.ts';
import type { NodeId } from '../../wire/encoding/ids.ts';
import type { Entry } from '../../wire/entry/entry.ts';
import { EMPTY_MARK } from '../../wire/kept/high-water-mark.ts';
import { itemOfEntry, itemOfStatement, markOf } from '../../wire/link/item.ts';
import { decodeMessage, encodeMessage, type LinkMessage } from '../../wire/link/message.ts';
import type { Statement } from '../../wire/statement/statement.ts';
import type { NodeEffect } from '../effect.ts';
import type { NodeInput, NodeTimer } from '../input.ts';
import { createNode, type Node } from '../node.ts';

/** Nodes of one fleet on one clock, with links that never break by themselves; signatures are nobody's work here. */
type Pushed = Pick<Extract<LinkMessage, { type: 'push' }>, 'hops' | 'entrance'>;

export function linkedNodes(writer: EntryWriter) {
  const ends = new Map<NodeId, ReturnType<typeof createEnd>>();
  const underway: { readonly from: NodeId; readonly to: NodeId; readonly message: LinkMessage }[] = [];
  const statements = new Map<string, Statement>();
  const received = new Map<string, ReceivedEntry>();
  let loses: (message: LinkMessage) => boolean = () => false;
  let nowMs = 1_000_000;

  const keyOfBytes = (bytes: Uint8Array) => bytes.join();
  const openEntry = (envelope: Uint8Array) => {
    for (let at = received.size; at < writer.written.length; at++)
      received.set(keyOfBytes(writer.written[at]!.envelope), writer.written[at]!);
    return received.get(keyOfBytes(envelope))!;
  };

  const createEnd = (self: NodeId, stored: readonly Entry[]) => {
    const node: Node = createNode({ self, fleet: writer.genesis.id, device: undefined, mark: EMPTY_MARK });
    const timers = new Map<NodeTimer, number>();
    const reports: NodeEffect[] = [];
    let sequence = 0;

    const tell = (input: NodeInput) => {
      for (const effect of node.handle(input, at(nowMs), () => 0.5)) carryOut(effect);
    };
    const carryOut = (effect: NodeEffect) => {
      if (effect.type === 'send-message')
        underway.push({ from: self, to: effect.to, message: effect.message });
      if (effect.type === 'schedule-timer') timers.set(effect.timer, nowMs + effect.delayMs);
      if (effect.type === 'cancel-timer') timers.delete(effect.timer);
      if (effect.type === 'sign-statement') say(effect.content);
      if (effect.type === 'report') reports.push(effect);
      if (effect.type === 'hang-up') throw new Error(`${self} hung up on ${effect.peer}: ${effect.reason}`);
    };
    const say = (content: Statement['content']) => {
      const statement: Statement = {
        fleet: writer.genesis.id,
        author: self,
        session: 1,
        sequence: sequence++,
        timeMs: 0,
        content,
      };
      const bytes = new TextEncoder().encode(`${self} ${statement.sequence}`);
      statements.set(keyOfBytes(bytes), statement);
      tell({ type: 'statement-received', statement, bytes, source: { type: 'own' } });
    };
    const take = (
      from: NodeId,
      bytes: Uint8Array,
      kind: 'entry' | 'statement',
      pushed: Pushed | undefined,
    ) => {
      const source: ItemSource =
        pushed === undefined ? { type: 'reconciled', from } : { type: 'pushed', from, ...pushed };
      if (kind === 'entry') {
        const entry = openEntry(bytes);
        if (!node.ledger.knows(entry.entry.id)) tell({ type: 'entry-received', received: entry, source });
        else if (pushed !== undefined)
          tell({ type: 'duplicate-pushed', item: itemOfEntry(entry.entry.id), from, ...pushed });
        return;
      }
      const statement = statements.get(keyOfBytes(bytes))!;
      const judgement = node.book.judge(statement, from);
      if (judgement === 'news') tell({ type: 'statement-received', statement, bytes, source });
      else if (judgement === 'unwanted') tell({ type: 'statement-turned-away', peer: from });
      else if (pushed !== undefined)
        tell({ type: 'duplicate-pushed', item: itemOfStatement(markOf(statement)), from, ...pushed });
    };
    const onMessage = (from: NodeId, message: LinkMessage) => {
      if (message.type === 'push')
        take(from, message.payload, message.kind, { hops: message.hops, entrance: message.entrance });
      else if (message.type === 'entries')
        for (const envelope of message.envelopes) take(from, envelope, 'entry', undefined);
      else if (message.type === 'statements')
        for (const bytes of message.statements) take(from, bytes, 'statement', undefined);
      else tell({ type: 'message-received', peer: from, message });
    };

    tell({ type: 'node-started', stored: stored.map(writer.received), heard: [], marks: [] });
    return {
      node,
      say,
      tell,
      onMessage,
      timers,
      reports,
      write: (entry: Entry) =>
        tell({ type: 'entry-received', received: writer.received(entry), source: { type: 'own' } }),
      holds: (entry: Entry) => node.ledger.accepted(entry.id) !== undefined,
    };
  };

  const settle = () => {
    for (let next = underway.shift(); next !== undefined; next = underway.shift()) {
      const { from, to, message } = next;
      if (loses(message)) continue;
      ends.get(to)?.onMessage(from, decodeMessage(encodeMessage(message)) as LinkMessage);
    }
  };

  return {
    open: (self: NodeId, stored: readonly Entry[]) => {
      const end = createEnd(self, stored);
      ends.set(self, end);
      return end;
    },
    link: (a: NodeId, b: NodeId) => {
      ends.get(a)!.tell({ type: 'link-up', peer: b, dialled: true, features: [] });
      ends.get(b)!.tell({ type: 'link-up', peer: a, dialled: false, features: [] });
      settle();
    },
    settle,
    /** From now on what the link loses, as a broadcast that went wrong without breaking it. */
    lose: (which: (message: LinkMessage) => boolean) => {
      loses = which;
    },
    /** Time goes by, and timers fire in their order. */
    pass: (ms: number) => {
      const endMs = nowMs + ms;
      for (;;) {
        const due = [...ends.values()]
          .flatMap((end) => Array.from(end.timers, ([timer, atMs]) => ({ end, timer, atMs })))
          .sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined || due.atMs > endMs) break;
        nowMs = Math.max(nowMs, due.atMs);
        due.end.timers.delete(due.timer);
        due.end.tell({ type: 'timer-fired', timer: due.timer });
        settle();
      }
      nowMs = endMs;
    },
  };
}
