import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntryId } from '../wire/encoding/ids.ts';
import { decodeMessage, encodeMessage } from '../wire/link/message.ts';
import type { ReconciliationMessage } from '../wire/link/reconciliation.ts';
import { createIdSet, type IdSet } from './id-set.ts';
import { entryId, sampleIds } from './sample-ids.ts';
import { createReconciliationSession, type ReconciliationSession } from './session.ts';

interface End {
  readonly ids: IdSet;
  readonly session: ReconciliationSession;
  /** What this end has said and the other has not heard yet, in order; entries stand among messages. */
  readonly outbox: Parcel[];
  readonly sentIds: EntryId[];
}

type Parcel =
  | { readonly type: 'frame'; readonly frame: Uint8Array }
  | { readonly type: 'entries'; readonly ids: readonly EntryId[] };

function createEnd(held: readonly EntryId[], leads: boolean, seed: number): End {
  const ids = createIdSet();
  for (const id of held) ids.add(id);
  return startSession(ids, leads, seed);
}

function startSession(ids: IdSet, leads: boolean, seed: number): End {
  const nonce = entryBytes(seed).slice(0, 8);
  const session = createReconciliationSession({ ids, leads, nonce });
  return {
    ids,
    session,
    outbox: [{ type: 'frame', frame: encodeMessage(session.greeting) }],
    sentIds: [],
  };
}

function entryBytes(seed: number): Uint8Array {
  return Uint8Array.from(Buffer.from(entryId(seed), 'base64url'));
}

function deliver(from: End, to: End): void {
  const parcel = from.outbox.shift()!;
  if (parcel.type === 'entries') {
    for (const id of parcel.ids) to.ids.add(id);
    return;
  }
  const message = decodeMessage(parcel.frame) as ReconciliationMessage;
  for (const effect of to.session.receive(message)) {
    if (effect.type === 'refused') throw new Error(`an honest end was refused: ${effect.reason}`);
    if (effect.type === 'send-entries') {
      to.outbox.push({ type: 'entries', ids: effect.ids });
      to.sentIds.push(...effect.ids);
    } else to.outbox.push({ type: 'frame', frame: encodeMessage(effect.message) });
  }
}

/** Delivers whatever is underway, the two directions interleaved as `turns` say, until nothing is. */
function settle(a: End, b: End, turns: readonly boolean[] = [], between: (step: number) => void = () => {}) {
  for (let step = 0; a.outbox.length + b.outbox.length > 0; step++) {
    const fromA =
      a.outbox.length > 0 && (b.outbox.length === 0 || (turns[step % turns.length] ?? step % 2 === 0));
    if (fromA) deliver(a, b);
    else deliver(b, a);
    between(step);
    if (step > 20_000) throw new Error('the ends never settle');
  }
}

function idsOf(set: IdSet): EntryId[] {
  return Array.from({ length: set.size }, (_, index) => set.idAt(index)).sort();
}

const sizes = fc.oneof(
  { weight: 3, arbitrary: fc.nat(12) },
  { weight: 2, arbitrary: fc.nat(300) },
  { weight: 1, arbitrary: fc.nat(3000) },
);

describe('two honest ends', () => {
  test('hold the same set afterwards, whatever each had, and each entry travels once (R4, R6)', () => {
    fc.assert(
      fc.property(
        fc.record({ common: sizes, onlyA: sizes, onlyB: sizes, seed: fc.nat(1e6) }),
        fc.array(fc.boolean(), { maxLength: 8 }),
        ({ common, onlyA, onlyB, seed }, turns) => {
          const all = sampleIds(seed, common + onlyA + onlyB);
          const a = createEnd(all.slice(0, common + onlyA), true, seed + 1);
          const b = createEnd([...all.slice(0, common), ...all.slice(common + onlyA)], false, seed + 2);
          settle(a, b, turns);
          expect(idsOf(a.ids)).toEqual([...all].sort());
          expect(idsOf(b.ids)).toEqual([...all].sort());
          expect([...a.sentIds].sort()).toEqual(all.slice(common, common + onlyA).sort());
          expect([...b.sentIds].sort()).toEqual(all.slice(common + onlyA).sort());
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);

  test('lose nothing that is added meanwhile and sent as news (R1)', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(200),
        fc.array(fc.tuple(fc.nat(12), fc.boolean()), { maxLength: 8 }),
        fc.nat(1e6),
        (onlyA, onlyB, additions, seed) => {
          const all = sampleIds(seed, 50 + onlyA + onlyB);
          const a = createEnd(all.slice(0, 50 + onlyA), true, seed + 1);
          const b = createEnd([...all.slice(0, 50), ...all.slice(50 + onlyA)], false, seed + 2);
          const late = sampleIds(seed + 1e7, additions.length);
          const add = (index: number) => {
            const end = additions[index]![1] ? a : b;
            end.ids.add(late[index]!);
            end.outbox.push({ type: 'entries', ids: [late[index]!] });
          };
          const waiting = new Set(additions.keys());
          const addDue = (step: number) => {
            for (const index of waiting)
              if (additions[index]![0] <= step) {
                waiting.delete(index);
                add(index);
              }
          };
          settle(a, b, [], addDue);
          addDue(Number.POSITIVE_INFINITY);
          settle(a, b);
          expect(idsOf(a.ids)).toEqual([...all, ...late].sort());
          expect(idsOf(b.ids)).toEqual([...all, ...late].sort());
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);

  test('that lose the link anywhere need only link again (R7)', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(8), fc.nat(1e6), (onlyA, onlyB, cutAfter, seed) => {
        const all = sampleIds(seed, 100 + onlyA + onlyB);
        const first = createEnd(all.slice(0, 100 + onlyA), true, seed + 1);
        const second = createEnd([...all.slice(0, 100), ...all.slice(100 + onlyA)], false, seed + 2);
        for (let step = 0; step < cutAfter; step++) {
          if (first.outbox.length > 0 && step % 2 === 0) deliver(first, second);
          else if (second.outbox.length > 0) deliver(second, first);
        }
        const again = startSession(first.ids, true, seed + 3);
        const againToo = startSession(second.ids, false, seed + 4);
        settle(again, againToo);
        expect(idsOf(first.ids)).toEqual([...all].sort());
        expect(idsOf(second.ids)).toEqual([...all].sort());
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('with equal sets of any size pass at most 100 bytes and no entry', () => {
    const all = sampleIds(7, 20_000);
    const a = createEnd(all, true, 1);
    const b = createEnd([...all].reverse(), false, 2);
    let bytes = 0;
    while (a.outbox.length + b.outbox.length > 0) {
      const [from, to] = a.outbox.length > 0 ? [a, b] : [b, a];
      const parcel = from.outbox[0]!;
      bytes += parcel.type === 'frame' ? parcel.frame.length : Number.POSITIVE_INFINITY;
      deliver(from, to);
    }
    expect(bytes).toBeLessThanOrEqual(100);
  });

  test('send in the order in which their entries came (R7)', () => {
    const all = sampleIds(9, 400);
    const a = createEnd(all, true, 1);
    const b = createEnd([], false, 2);
    settle(a, b);
    expect(a.sentIds).toEqual(all);
  });
});
