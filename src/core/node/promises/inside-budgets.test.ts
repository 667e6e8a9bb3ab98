import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createEntryWriter, grantTo, keyOf } from '../../ledger/testing/entry-writer.ts';
import { at } from '../../time/testing/at.ts';
import type { NodeId } from '../../wire/encoding/ids.ts';
import { EMPTY_MARK } from '../../wire/kept/high-water-mark.ts';
import type { NodeEffect } from '../effect.ts';
import type { NodeInput } from '../input.ts';
import { createNode } from '../node.ts';
import { createChance } from './testing/history.ts';
import { createJunk } from './testing/junk.ts';

const LIMIT_MS = 600_000;
const [SELF, FRIEND, MEMBER] = ['self', 'friend', 'member'].map(keyOf) as [NodeId, NodeId, NodeId];
/** So many inputs. In two of them all that is bounded is full, the ids of refused entries that a ledger keeps (16,384) last. */
const A_FLOOD = 40_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heapBytes = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** A node with a friend, a neighbour that is a member and hostile, and six that are strangers. */
function besieged(seed: number) {
  const chance = createChance(seed);
  const writer = createEntryWriter({ keys: ['self'], threshold: 1 });
  const grant = writer.write({ by: 'self', action: 'grant', body: grantTo(['friend', 'member']) });
  const node = createNode({ self: SELF, fleet: writer.genesis.id, device: undefined, mark: EMPTY_MARK });
  const junk = createJunk(chance, writer.genesis.id);
  let nowMs = 1_000_000;
  const count = { kept: 0, alarms: 0, toFriend: 0, dials: 0, logged: 0 };
  const timers = new Map<string, number>();
  const linked = new Set<NodeId>();
  let sequence = 0;

  const carryOut = (effect: NodeEffect) => {
    if (effect.type === 'append-entry') count.kept++;
    if (effect.type === 'send-message' && effect.to === FRIEND) count.toFriend++;
    if (effect.type === 'dial') {
      count.dials++;
      inbox.push({ type: 'dial-failed', peer: effect.peer });
    }
    if (effect.type === 'schedule-timer') timers.set(effect.timer, nowMs + effect.delayMs);
    if (effect.type === 'cancel-timer') timers.delete(effect.timer);
    if (effect.type === 'report' && effect.event.type === 'statement-heard') count.logged++;
    if (effect.type === 'hang-up' && linked.delete(effect.peer))
      inbox.push({ type: 'link-down', peer: effect.peer, reason: effect.reason });
    if (effect.type !== 'sign-statement') return;
    if (effect.content.type === 'alarm') count.alarms++;
    const { content } = effect;
    const statement = {
      fleet: writer.genesis.id,
      author: SELF,
      session: 1,
      sequence: sequence++,
      timeMs: 0,
      content,
    };
    inbox.push({ type: 'statement-received', statement, bytes: new Uint8Array(64), source: { type: 'own' } });
  };
  const inbox: NodeInput[] = [];
  const tell = (input: NodeInput) => {
    inbox.push(input);
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift())
      for (const effect of node.handle(next, at(nowMs), chance)) carryOut(effect);
  };
  const link = (peer: NodeId) => {
    if (!node.admits(peer)) return;
    linked.add(peer);
    tell({ type: 'link-up', peer, dialled: false, features: [] });
  };
  const stored = [writer.genesis, grant].map(writer.received);
  tell({ type: 'node-started', stored, heard: [], marks: [] });
  link(FRIEND);
  link(MEMBER);

  const hear = (author: NodeId, from: NodeId) => {
    const { statement, bytes } = junk.statement(author);
    if (node.book.judge(statement, from) !== 'news') return;
    tell({ type: 'statement-received', statement, bytes, source: { type: 'pushed', from, hops: 1 } });
  };
  const flood = (messages: number) => {
    for (let at = 0; at < messages; at++) {
      nowMs += 1;
      for (const [timer, dueMs] of [...timers])
        if (dueMs <= nowMs) {
          timers.delete(timer);
          tell({ type: 'timer-fired', timer: timer as never });
        }
      const hostile = [...linked].filter((peer) => peer !== FRIEND);
      // Keys are free to make: one that is cut off comes again as another.
      if (hostile.length < 7) link(junk.node());
      const from = hostile[at % hostile.length]!;
      const choice = chance();
      if (choice < 0.4) tell({ type: 'message-received', peer: from, message: junk.message(from) });
      else if (choice < 0.85)
        tell({
          type: 'entry-received',
          received: junk.entry(grant.id),
          source: { type: 'pushed', from, hops: 1 },
        });
      else if (choice < 0.9) hear(from, from);
      else if (choice < 0.94) hear(chance() < 0.5 ? MEMBER : junk.node(), from);
      else if (choice < 0.97) tell({ type: 'peer-seen', peer: junk.node() });
      else tell({ type: 'peer-misbehaved', peer: junk.node(), reason: 'it could not be read', subject: 'x' });
    }
  };
  return { node, count, timers, flood, links: linked };
}

test(
  'attack: 120,000 well-formed messages, entries and statements that mean nothing fill neither memory nor disk, reach no friend and keep the friend linked (M7, M8, M11, M13)',
  () => {
    const { node, count, timers, flood, links } = besieged(1);
    flood(2 * A_FLOOD);
    const before = heapBytes();
    const told = count.toFriend;
    flood(A_FLOOD);
    const grown = heapBytes() - before;

    // Whatever is kept of others is full.
    expect(grown, 'bytes of heap that as much again costs').toBeLessThan(500_000);
    expect(count.kept, 'entries on disk').toBe(0);
    expect(node.ledger.size()).toBe(2);
    expect(node.book.all().filter(({ statement }) => statement.author !== SELF).length).toBeLessThanOrEqual(
      9,
    );
    expect(node.book.marks().length, 'marks on disk').toBeLessThan(20);
    expect(node.bans.inForce(at(0)).length).toBeLessThanOrEqual(512);
    expect(timers.size).toBeLessThan(30);
    // Two minutes: an alarm a second, and a dial.
    expect(count.alarms).toBeLessThanOrEqual(121);
    expect(count.dials).toBeLessThan(12 + 2 * 120 + 8);
    // The member may say what it likes about itself, each word once.
    expect(count.logged).toBeLessThan(A_FLOOD / 20);
    expect(links.has(FRIEND)).toBe(true);
    expect(count.toFriend - told, 'messages to the friend').toBeLessThan(3_000);
  },
  LIMIT_MS,
);
