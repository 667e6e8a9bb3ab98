import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBytes, concatBytes } from '../wire/encoding/cbor.ts';
import { bytesOfId, type EntryId } from '../wire/encoding/ids.ts';
import { decodeMessage, encodeMessage } from '../wire/link/message.ts';
import { type ReconciliationMessage, SYMBOL_BYTES } from '../wire/link/reconciliation.ts';
import type { ReconciliationEffect } from './effect.ts';
import { createIdSet } from './id-set.ts';
import { entryId, sampleIds } from './sample-ids.ts';
import { createReconciliationSession, MAX_COUNT, MAX_SKETCHES, MAX_SYMBOLS } from './session.ts';

const HELD = 2000;
const held = sampleIds(1, HELD);
const heldSet = createIdSet();
for (const id of held) heldSet.add(id);
const NONCE = new Uint8Array(8).fill(9);

function victim(leads: boolean) {
  const session = createReconciliationSession({ ids: heldSet, leads, nonce: new Uint8Array(8).fill(3) });
  const tally = { bytes: 0, entries: [] as EntryId[], refusals: [] as string[] };
  return {
    tally,
    /** What the victim says to this message; everything passes through the wire's encoding. */
    hear: (message: ReconciliationMessage): readonly ReconciliationMessage[] => {
      const effects = session.receive(decodeMessage(encodeMessage(message)) as ReconciliationMessage);
      count(effects, tally);
      return effects.flatMap((effect) => (effect.type === 'send-message' ? [effect.message] : []));
    },
  };
}

function count(
  effects: readonly ReconciliationEffect[],
  tally: { bytes: number; entries: EntryId[]; refusals: string[] },
) {
  for (const effect of effects) {
    if (effect.type === 'send-message') tally.bytes += encodeMessage(effect.message).length;
    else if (effect.type === 'send-entries') tally.entries.push(...effect.ids);
    else tally.refusals.push(effect.reason);
  }
}

const greet = (leads: boolean, claimed = HELD): ReconciliationMessage => ({
  type: 'greet',
  nonce: NONCE,
  count: claimed,
  oddSketch: leads ? undefined : heldSet.oddSketch(),
});

function noise(bytes: number, seed: number): Uint8Array {
  const ids = sampleIds(seed, Math.ceil(bytes / 32)).map(bytesOfId);
  return concatBytes(ids).slice(0, bytes);
}

const symbolsIn = (message: ReconciliationMessage | undefined) =>
  message?.type === 'more' ? message.symbols : Number.NaN;

describe('against a hostile leader (R6)', () => {
  test('sketches that never decode cost a bounded number of turns, then ranges', () => {
    const { hear, tally } = victim(false);
    hear(greet(true));
    let asked = 10;
    let turns = 0;
    for (let sent = 0; asked > 0; turns++) {
      const [reply] = hear({
        type: 'sketch',
        symbols: noise((asked - sent) * SYMBOL_BYTES, turns),
        last: true,
      });
      sent = asked;
      asked = symbolsIn(reply);
    }
    expect(asked).toBe(0);
    expect(turns).toBeLessThanOrEqual(MAX_SKETCHES);
    expect(tally.bytes).toBeLessThan(100);
    hear({ type: 'sketch', symbols: noise(SYMBOL_BYTES, 1), last: true });
    expect(tally.refusals).toEqual(['a sketch frame among ranges']);
  });

  test('a sketch without end is refused at its bound', () => {
    const { hear, tally } = victim(false);
    hear(greet(true));
    const part = noise(9000 * SYMBOL_BYTES, 5);
    for (let frame = 0; frame < 100 && tally.refusals.length === 0; frame++) {
      expect(frame).toBeLessThanOrEqual(MAX_SYMBOLS / 9000 + 1);
      hear({ type: 'sketch', symbols: part, last: false });
    }
    expect(tally.refusals).toEqual(['its sketch is longer than was asked']);
    expect(tally.bytes).toBe(0);
  });

  test.each([
    ['longer', 1, 'its sketch is longer than was asked'],
    ['shorter', -1, 'its sketch is shorter than was asked'],
  ])('a second sketch that is %s than was asked is refused', (_, excess, reason) => {
    const { hear, tally } = victim(false);
    hear(greet(true));
    const [reply] = hear({ type: 'sketch', symbols: noise(10 * SYMBOL_BYTES, 5), last: true });
    const wanted = symbolsIn(reply) - 10;
    hear({ type: 'sketch', symbols: noise((wanted + excess) * SYMBOL_BYTES, 6), last: true });
    expect(tally.refusals).toEqual([reason]);
  });

  test('empty parts that never end are refused', () => {
    for (const empty of [
      { type: 'sketch', symbols: new Uint8Array(), last: false },
      { type: 'list', shortIds: new Uint8Array(), last: false },
    ] as const) {
      const { hear, tally } = victim(false);
      hear(greet(true));
      hear(empty);
      expect(tally.refusals).toHaveLength(1);
    }
  });

  test('a list of garbage ids is asked for at most once, and never beyond the count that was claimed', () => {
    const { hear, tally } = victim(false);
    hear(greet(true, 3));
    const garbage = Uint8Array.from([1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
    const [reply] = hear({ type: 'list', shortIds: garbage, last: true });
    expect(reply).toMatchObject({ type: 'answer', wants: garbage });
    expect(tally.entries).toHaveLength(HELD);
    hear({ type: 'list', shortIds: garbage, last: true });
    expect(tally.refusals).toEqual(['a list frame that nobody waits for']);
    expect(tally.entries).toHaveLength(HELD);
  });

  test('a list longer than its count, or out of order, is refused', () => {
    const ids = (...lows: number[]) => Uint8Array.from(lows.flatMap((low) => [low, 0, 0, 0, 0, 0]));
    for (const [list, reason] of [
      [ids(1, 2, 3), 'its list is longer than its count'],
      [ids(2, 1), 'its list is not in order'],
      [ids(1, 1), 'its list is not in order'],
    ] as const) {
      const { hear, tally } = victim(false);
      hear(greet(true, 2));
      hear({ type: 'list', shortIds: list, last: true });
      expect(tally.refusals).toEqual([reason]);
    }
  });

  test('whoever asks for everything by one bad range after another gets each id once', () => {
    const { hear, tally } = victim(false);
    hear(greet(true));
    const ask = (upper: Uint8Array, lower: Uint8Array): ReconciliationMessage => ({
      type: 'ranges',
      lower,
      parts: [{ type: 'fingerprint', upper, fingerprint: new Uint8Array(8) }],
      wants: [],
    });
    for (let round = 0; round < 3 && tally.refusals.length === 0; round++)
      for (let prefix = 0; prefix < 256 && tally.refusals.length === 0; prefix++)
        hear(ask(prefix === 255 ? new Uint8Array() : Uint8Array.of(prefix + 1), Uint8Array.of(prefix)));
    expect(tally.refusals).toEqual(['it asks for the same ids again']);
    expect(tally.bytes).toBeLessThan(HELD * 34 + 256 * 20);
  });

  test('the whole set split again and again is refused', () => {
    const { hear, tally } = victim(false);
    hear(greet(true));
    const whole: ReconciliationMessage = {
      type: 'ranges',
      lower: new Uint8Array(),
      parts: [{ type: 'fingerprint', upper: new Uint8Array(), fingerprint: new Uint8Array(8) }],
      wants: [],
    };
    for (let turn = 0; turn < HELD && tally.refusals.length === 0; turn++) hear(whole);
    expect(tally.refusals).toEqual(['it asks for the same ranges again']);
    expect(tally.bytes).toBeLessThan(HELD * 20);
  });

  test.each<[string, ReconciliationMessage, string]>([
    [
      'more ids than it claimed',
      {
        type: 'ranges',
        lower: new Uint8Array(),
        parts: [{ type: 'ids', upper: new Uint8Array(), ids: sampleIds(77, 9) }],
        wants: [],
      },
      'it names more ids than it said it has',
    ],
    [
      'ranges out of order',
      {
        type: 'ranges',
        lower: Uint8Array.of(9),
        parts: [{ type: 'same', upper: Uint8Array.of(8) }],
        wants: [],
      },
      'its ranges are not in order',
    ],
    [
      'a range beyond the last',
      {
        type: 'ranges',
        lower: new Uint8Array(),
        parts: [
          { type: 'same', upper: new Uint8Array() },
          { type: 'same', upper: Uint8Array.of(8) },
        ],
        wants: [],
      },
      'a range follows the last one',
    ],
    [
      'a wish for an id that nobody named',
      { type: 'ranges', lower: new Uint8Array(), parts: [], wants: [entryId(-5)] },
      'it wants an id that was not named to it',
    ],
  ])('%s is refused', (_, message, reason) => {
    const { hear, tally } = victim(false);
    hear(greet(true, 8));
    hear(message);
    expect(tally.refusals).toEqual([reason]);
  });
});

describe('against a hostile follower (R6)', () => {
  test('whoever asks for more again and again is refused after a bounded number of sketches', () => {
    const { hear, tally } = victim(true);
    let sent = symbolsSent(hear(greet(false)));
    for (let turn = 1; turn < 100 && tally.refusals.length === 0; turn++) {
      sent += symbolsSent(hear({ type: 'more', symbols: sent + 1 }));
      expect(turn).toBeLessThanOrEqual(MAX_SKETCHES);
    }
    expect(tally.refusals).toEqual(['it asks for more sketches than are sent in one session']);
    expect(sent).toBe(MAX_SKETCHES);
  });

  test('whoever asks for a huge sketch gets the list of short ids, and nothing after it', () => {
    const { hear, tally } = victim(true);
    hear(greet(false));
    const [reply] = hear({ type: 'more', symbols: MAX_SYMBOLS });
    expect(reply).toMatchObject({ type: 'list' });
    expect(tally.bytes).toBeLessThan(HELD * 6 + 100);
    hear({ type: 'more', symbols: 0 });
    expect(tally.refusals).toEqual(['it asks for more than everything']);
  });

  test.each([1, MAX_SYMBOLS + 1])('a call for %i symbols after the first is refused', (symbols) => {
    const { hear, tally } = victim(true);
    hear(greet(false));
    hear({ type: 'more', symbols });
    expect(tally.refusals).toEqual([`it asks for ${symbols} symbols after 1`]);
  });

  test('wishes for ids that are not here lead to ranges, not to entries', () => {
    const { hear, tally } = victim(true);
    hear(greet(false));
    const replies = hear({ type: 'answer', common: new Uint8Array(8), wants: new Uint8Array(6), last: true });
    expect(replies.map(({ type }) => type)).toEqual(['ranges']);
    expect(tally.entries).toEqual([]);
  });

  test('more wishes than there are entries, or the same twice, are refused', () => {
    for (const [wants, reason] of [
      [noise(6 * (HELD + 1), 3), 'it wants more entries than there are'],
      [new Uint8Array(12), 'the ids that it wants are not in order'],
    ] as const) {
      const { hear, tally } = victim(true);
      hear(greet(false));
      hear({ type: 'answer', common: new Uint8Array(8), wants, last: true });
      expect(tally.refusals).toEqual([reason]);
    }
  });
});

describe('against either', () => {
  test.each([true, false])(
    'a claim of more entries than any fleet has is refused (leader: %s) (R1)',
    (leads) => {
      const { hear, tally } = victim(leads);
      hear(greet(!leads, MAX_COUNT + 1));
      expect(tally.refusals).toEqual([`it claims ${MAX_COUNT + 1} entries`]);
      expect(tally.bytes).toBe(0);
    },
  );

  test('two ends that would both lead, or none, part at once', () => {
    for (const leads of [true, false]) {
      const { hear, tally } = victim(leads);
      hear(greet(leads));
      expect(tally.refusals).toEqual(['both ends, or neither, would lead the reconciliation']);
    }
  });

  test('whoever speaks before the greeting, or greets twice, is refused and gets nothing more', () => {
    const early = victim(true);
    early.hear({ type: 'more', symbols: 5 });
    expect(early.tally.refusals).toEqual(['it does not greet first']);
    expect(early.hear(greet(false))).toEqual([]);
    const twice = victim(true);
    twice.hear(greet(false));
    twice.hear(greet(false));
    expect(twice.tally.refusals).toEqual(['a greet frame that nobody waits for']);
  });

  test('whatever is sent in whatever order: no exception, no entry twice, bytes within the bound', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
    const run = (item: number) =>
      fc.nat(40).chain((items) => fc.uint8Array({ minLength: items * item, maxLength: items * item }));
    const bound = fc.oneof(fc.constant(new Uint8Array()), bytes(3));
    const ids = fc.array(fc.oneof(fc.constantFrom(...held), fc.nat(1e6).map(entryId)), { maxLength: 20 });
    const part = fc.oneof(
      fc.record({ type: fc.constant('same' as const), upper: bound }),
      fc.record({
        type: fc.constant('fingerprint' as const),
        upper: bound,
        fingerprint: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      }),
      fc.record({ type: fc.constant('ids' as const), upper: bound, ids }),
    );
    const message: fc.Arbitrary<ReconciliationMessage> = fc.oneof(
      fc.record({ type: fc.constant('sketch' as const), symbols: run(9), last: fc.boolean() }),
      fc.record({ type: fc.constant('list' as const), shortIds: run(6), last: fc.boolean() }),
      fc.record({ type: fc.constant('more' as const), symbols: fc.nat(5000) }),
      fc.record({
        type: fc.constant('answer' as const),
        common: fc.uint8Array({ minLength: 8, maxLength: 8 }),
        wants: run(6),
        last: fc.boolean(),
      }),
      fc.record({
        type: fc.constant('ranges' as const),
        lower: bound,
        parts: fc
          .array(part, { maxLength: 6 })
          .map((parts) => parts.sort((a, b) => compareBytes(a.upper, b.upper))),
        wants: fc.array(fc.constantFrom(...held), { maxLength: 5 }),
      }),
    );
    fc.assert(
      fc.property(fc.boolean(), fc.array(message, { maxLength: 30 }), (leads, messages) => {
        const { hear, tally } = victim(leads);
        hear(greet(!leads));
        for (const each of messages) hear(each);
        expect(new Set(tally.entries).size).toBe(tally.entries.length);
        expect(tally.refusals.length).toBeLessThanOrEqual(1);
        expect(tally.bytes).toBeLessThan(HELD * 100);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

function symbolsSent(messages: readonly ReconciliationMessage[]): number {
  return messages.reduce(
    (sum, message) => sum + (message.type === 'sketch' ? message.symbols.length / SYMBOL_BYTES : 0),
    0,
  );
}
