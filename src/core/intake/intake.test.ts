import { describe, expect, test } from 'vitest';
import { createEntryWriter, keyOf } from '../ledger/testing/entry-writer.ts';
import type { NodeInput } from '../node/input.ts';
import { bytesOfId, type EntryId, type NodeId } from '../wire/encoding/ids.ts';
import { encodeEnvelope, signersOf } from '../wire/entry/entry.ts';
import { voucherField } from '../wire/entry/grant.ts';
import { encodeMessage, type LinkMessage } from '../wire/link/message.ts';
import { encodeSignedStatement, encodeStatement } from '../wire/statement/statement.ts';
import type { IntakeEffect } from './effect.ts';
import { createIntakeMachine } from './intake.ts';

const [anna, ben, carl] = ['anna', 'ben', 'carl'].map((name) => name as NodeId) as [NodeId, NodeId, NodeId];
const SIGNATURE = new Uint8Array(64).fill(1);
const writer = createEntryWriter({ keys: ['root'], threshold: 1 });

/** An entry, and the envelope that everyone has of it. */
function anEntry(path: string, body = {}) {
  const { entry, envelope: signedBytes } = writer.received(
    writer.write({ by: 'root', action: 'create', path, body }),
  );
  const signatures = signersOf(entry).map((key) => ({ key: bytesOfId(key), signature: SIGNATURE }));
  return { id: entry.id, envelope: encodeEnvelope({ signedBytes, signatures }) };
}
const one = anEntry('/notes/1');
const two = anEntry('/notes/2');
const three = anEntry('/notes/3');

/** A machine with links to all; `entries` are those that are hashed right. */
function aMachine(knows: (id: EntryId) => boolean = () => false) {
  const machine = createIntakeMachine({
    fleet: writer.genesis.id,
    knows,
    judge: () => 'news',
  });
  const told: NodeInput[] = [];
  const done: IntakeEffect[] = [];
  /** Checks of signatures that were asked for, by their number. */
  const asked: number[] = [];
  let nowMs = 0;
  const handle = (input: Parameters<typeof machine.handle>[0]) => {
    for (const effect of machine.handle(input, nowMs)) {
      done.push(effect);
      if (effect.type === 'tell-node') told.push(effect.input);
      if (effect.type === 'check-signature') asked.push(effect.check);
      if (effect.type === 'hash-entry') hashes.push([effect.check, effect.signedBytes]);
    }
    for (const [check, signedBytes] of hashes.splice(0)) {
      const id = writer.written.find(({ envelope }) => String(envelope) === String(signedBytes))!.entry.id;
      handle({ type: 'entry-hashed', check, id });
    }
  };
  const hashes: [number, Uint8Array][] = [];
  for (const peer of [anna, ben, carl]) handle({ type: 'link-up', peer });
  return {
    say: (peer: NodeId, message: LinkMessage) =>
      handle({ type: 'frame-received', peer, frame: encodeMessage(message) }),
    push: (peer: NodeId, payload: Uint8Array, hops = 1) =>
      handle({
        type: 'frame-received',
        peer,
        frame: encodeMessage({ type: 'push', kind: 'entry', hops, payload }),
      }),
    handle,
    answer: (check: number, holds = true, voucherHolds = false) =>
      handle({ type: 'signature-checked', check, holds, voucherHolds }),
    pass: (ms: number) => {
      nowMs += ms;
    },
    asked,
    done,
    told,
    /** What the node was told, in short. */
    names: () =>
      told.map((input) => {
        switch (input.type) {
          case 'entry-received':
            return `${input.received.entry.path} from ${'from' in input.source ? input.source.from : 'here'}`;
          case 'duplicate-pushed':
            return `duplicate from ${input.from}`;
          case 'peer-misbehaved':
            return `${input.peer} misbehaved`;
          default:
            return input.type;
        }
      }),
  };
}

describe('copies of one entry', () => {
  test('that come over several links at once cost one check', () => {
    const taken = new Set<EntryId>();
    const { push, asked, answer, names } = aMachine((id) => taken.has(id));
    push(anna, one.envelope);
    push(ben, one.envelope);
    push(carl, one.envelope);
    expect(asked).toEqual([1]);
    taken.add(one.id);
    answer(1);
    expect(names()).toEqual(['/notes/1 from anna', 'duplicate from ben', 'duplicate from carl']);
    push(ben, one.envelope);
    expect(asked).toEqual([1]);
    expect(names()).toHaveLength(4);
  });

  test('count as known from when one was found whole, though another of its link is still being checked', () => {
    const { say, push, asked, answer, names } = aMachine();
    say(anna, { type: 'entries', envelopes: [one.envelope, two.envelope] });
    answer(2);
    push(ben, two.envelope);
    expect(asked).toEqual([1, 2]);
    expect(names()).toEqual(['duplicate from ben']);
    answer(1);
    expect(names()).toEqual(['duplicate from ben', '/notes/1 from anna', '/notes/2 from anna']);
  });

  test('are checked again when the node has been given one and did not keep it (M8)', () => {
    const { push, asked, answer, names } = aMachine();
    push(anna, one.envelope);
    answer(1);
    push(ben, one.envelope);
    expect(asked).toEqual([1, 2]);
    answer(2);
    expect(names()).toEqual(['/notes/1 from anna', '/notes/1 from ben']);
  });

  test('of one that is known cost no check at all (M3)', () => {
    const { push, asked, names } = aMachine(() => true);
    push(anna, one.envelope);
    expect(asked).toEqual([]);
    expect(names()).toEqual(['duplicate from anna']);
  });

  test('attack: a forged copy that is sent ahead does not keep the whole one out', () => {
    const { push, asked, answer, names } = aMachine();
    for (const peer of [anna, ben, carl]) push(peer, one.envelope);
    answer(1, false);
    expect(asked).toEqual([1, 2]);
    answer(2, false);
    answer(3);
    expect(asked).toEqual([1, 2, 3]);
    expect(names()).toEqual(['anna misbehaved', 'ben misbehaved', '/notes/1 from carl']);
  });

  test('attack: whoever sends one ahead and is banned does not keep the others out (M7)', () => {
    const { say, push, handle, asked, answer, names } = aMachine();
    // The second is whole, and waits for the first; the third is still being checked, and another copy waits for that.
    say(anna, { type: 'entries', envelopes: [one.envelope, two.envelope, three.envelope] });
    answer(2);
    push(ben, three.envelope);
    expect(asked).toEqual([1, 2, 3]);
    handle({ type: 'link-down', peer: anna, isBanned: true });
    expect(asked).toEqual([1, 2, 3, 4]);
    answer(4);
    push(ben, two.envelope);
    answer(5);
    for (const late of [1, 3]) answer(late);
    expect(names()).toEqual(['/notes/3 from ben', '/notes/2 from ben']);
    push(carl, one.envelope);
    answer(6);
    expect(names().at(-1)).toBe('/notes/1 from carl');
  });

  test('a copy that waits for another is given up with its link, and the next one takes its turn', () => {
    const { push, handle, asked, answer, names } = aMachine();
    for (const peer of [anna, ben, carl]) push(peer, one.envelope);
    handle({ type: 'link-down', peer: ben, isBanned: true });
    answer(1, false);
    expect(asked).toEqual([1, 3]);
    answer(3);
    expect(names()).toEqual(['anna misbehaved', '/notes/1 from carl']);
  });
});

describe('what comes over a link', () => {
  test('is read to its end when the neighbour leaves, and no further when it is banned (M7)', () => {
    const { push, handle, answer, names } = aMachine();
    push(anna, one.envelope);
    push(ben, two.envelope);
    handle({ type: 'link-down', peer: anna, isBanned: false });
    handle({ type: 'link-down', peer: ben, isBanned: true });
    answer(1);
    answer(2);
    expect(names()).toEqual(['/notes/1 from anna']);
  });

  test('a check that the platform could not make is nobody’s misbehaviour, and another copy is checked', () => {
    const { push, handle, asked, answer, names, done } = aMachine();
    push(anna, one.envelope);
    push(ben, one.envelope);
    const error = new Error('no threads left');
    handle({ type: 'check-failed', check: 1, error });
    expect(done).toContainEqual({ type: 'report-fault', error });
    expect(asked).toEqual([1, 2]);
    answer(2);
    expect(names()).toEqual(['/notes/1 from ben']);
  });

  test('a voucher counts only where its own signature holds (J5)', () => {
    const invited = (path: string) =>
      anEntry(path, voucherField({ key: keyOf('invitation'), signature: SIGNATURE }));
    const { push, answer, told } = aMachine();
    push(anna, invited('/notes/with').envelope);
    push(anna, invited('/notes/without').envelope);
    answer(1, true, true);
    answer(2, true, false);
    const keys = told.map((input) => (input.type === 'entry-received' ? input.received.voucherKey : 'none'));
    expect(keys).toEqual([keyOf('invitation'), undefined]);
  });

  test('a statement of another fleet, or with a signature that does not hold, is misbehaviour (M7)', () => {
    const { say, asked, answer, names } = aMachine();
    const of = (fleet: EntryId) =>
      encodeSignedStatement({
        signedBytes: encodeStatement({
          fleet,
          author: keyOf('author'),
          session: 1,
          sequence: 0,
          timeMs: 0,
          content: { type: 'alarm', reason: 'why', subject: 'what' },
        }),
        signature: SIGNATURE,
      });
    say(anna, { type: 'statements', statements: [of(two.id)] });
    expect(asked).toEqual([]);
    say(ben, { type: 'push', kind: 'statement', hops: 1, payload: of(writer.genesis.id) });
    answer(asked[0]!, false);
    say(carl, { type: 'push', kind: 'statement', hops: 1, payload: of(writer.genesis.id) });
    answer(asked[1]!);
    expect(names()).toEqual(['anna misbehaved', 'ben misbehaved', 'statement-received']);
  });

  test('attack: well-formed junk without end ends the link, once, and nothing of it is read any more (M13)', () => {
    const { say, done, names } = aMachine();
    const junk: LinkMessage = { type: 'wire-declined', channel: 1 };
    for (let sent = 0; sent < 9_000; sent++) say(anna, junk);
    expect(names().filter((name) => name === 'anna misbehaved')).toHaveLength(1);
    expect(done.filter(({ type }) => type === 'hang-up')).toHaveLength(1);
    expect(names().filter((name) => name === 'message-received')).toHaveLength(8_192);
    say(ben, junk);
    expect(names().at(-1)).toBe('message-received');
  });
});
