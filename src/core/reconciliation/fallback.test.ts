import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntryId } from '../wire/encoding/ids.ts';
import { decodeMessage, encodeMessage } from '../wire/link/message.ts';
import type { ReconciliationMessage } from '../wire/link/reconciliation.ts';
import { createIdSet } from './id-set.ts';
import { sampleIds } from './sample-ids.ts';
import { createReconciliationSession } from './session.ts';

function setOf(ids: readonly EntryId[]) {
  const set = createIdSet();
  for (const id of ids) set.add(id);
  return set;
}

/** Lets two sessions talk, with what the leader says passing through `tamper`; returns what each sent and the kinds of frames. */
function talk(
  held: { readonly leader: readonly EntryId[]; readonly follower: readonly EntryId[] },
  tamper: (message: ReconciliationMessage) => ReconciliationMessage,
) {
  const nonces = [new Uint8Array(8).fill(1), new Uint8Array(8).fill(2)] as const;
  const leader = createReconciliationSession({ ids: setOf(held.leader), leads: true, nonce: nonces[0] });
  const follower = createReconciliationSession({ ids: setOf(held.follower), leads: false, nonce: nonces[1] });
  const types: string[] = [];
  const fromLeader: EntryId[] = [];
  const fromFollower: EntryId[] = [];
  const underway = [
    { to: follower, message: leader.greeting },
    { to: leader, message: follower.greeting },
  ];
  for (let next = underway.shift(); next !== undefined; next = underway.shift()) {
    const { to } = next;
    const message = to === follower ? tamper(next.message) : next.message;
    types.push(message.type);
    for (const effect of to.receive(decodeMessage(encodeMessage(message)) as ReconciliationMessage)) {
      if (effect.type === 'refused') throw new Error(effect.reason);
      if (effect.type === 'send-entries') (to === leader ? fromLeader : fromFollower).push(...effect.ids);
      else underway.push({ to: to === leader ? follower : leader, message: effect.message });
    }
  }
  return { types, fromLeader: fromLeader.sort(), fromFollower: fromFollower.sort() };
}

const sample = (seed: number, common: number, onlyLeader: number, onlyFollower: number) => {
  const all = sampleIds(seed, common + onlyLeader + onlyFollower);
  const onlyLeaders = all.slice(common, common + onlyLeader);
  const onlyFollowers = all.slice(common + onlyLeader);
  return {
    leader: [...all.slice(0, common), ...onlyLeaders],
    follower: [...all.slice(0, common), ...onlyFollowers],
    onlyLeaders: onlyLeaders.sort(),
    onlyFollowers: onlyFollowers.sort(),
  };
};

describe('ranges of sorted ids (R5)', () => {
  test('settle what no sketch decodes, whatever each end had', () => {
    const sizes = fc.oneof(fc.nat(40), fc.nat(900));
    fc.assert(
      fc.property(sizes, sizes, sizes, fc.nat(1e5), (common, onlyLeader, onlyFollower, seed) => {
        const sets = sample(seed, common, onlyLeader, onlyFollower);
        // Every sketch arrives spoilt; a list cannot be, so both ways are met.
        const outcome = talk(sets, (message) =>
          message.type === 'sketch'
            ? { ...message, symbols: message.symbols.map((byte) => byte ^ 0x5a) }
            : message,
        );
        expect(outcome.fromLeader).toEqual(sets.onlyLeaders);
        expect(outcome.fromFollower).toEqual(sets.onlyFollowers);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('are reached when one bit of every sketch is wrong, in a set too large for a list', () => {
    const sets = sample(3, 20_000, 30, 20);
    const outcome = talk(sets, (message) =>
      message.type === 'sketch'
        ? { ...message, symbols: message.symbols.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) }
        : message,
    );
    expect(outcome.types).toContain('ranges');
    expect(outcome.types).not.toContain('list');
    expect(outcome.fromLeader).toEqual(sets.onlyLeaders);
    expect(outcome.fromFollower).toEqual(sets.onlyFollowers);
  });

  test('find an entry that two equal short ids hid from the sketch', () => {
    const sets = sample(4, 5_000, 6, 5);
    const hidden = sets.leader.at(-1)!;
    // What the leader would have sent had the hidden id met another in its short id: a sketch without it.
    const blind = createReconciliationSession({
      ids: setOf(sets.leader.filter((id) => id !== hidden)),
      leads: true,
      nonce: new Uint8Array(8).fill(1),
    });
    const follower = createReconciliationSession({
      ids: setOf(sets.follower),
      leads: false,
      nonce: new Uint8Array(8).fill(2),
    });
    const sketches = blind
      .receive(follower.greeting)
      .flatMap((effect) => (effect.type === 'send-message' ? [effect.message] : []));
    const outcome = talk(sets, (message) => (message.type === 'sketch' ? sketches.shift()! : message));
    expect(outcome.types).toEqual(expect.arrayContaining(['sketch', 'answer', 'ranges']));
    expect(outcome.fromLeader).toEqual(sets.onlyLeaders);
    expect(outcome.fromFollower).toEqual(sets.onlyFollowers);
  });
});
