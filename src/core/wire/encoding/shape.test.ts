import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../link/message.ts';
import { decodeStatement, encodeStatement, type OwnStatement } from '../statement/statement.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { type FleetId, idFromBytes, type NodeId } from './ids.ts';
import { WireError } from './refusal.ts';
import { type CborMap, readFlag, readName, readTexts, readUint } from './shape.ts';

const STATEMENT: OwnStatement = {
  fleet: idFromBytes<FleetId>(new Uint8Array(32).fill(1)),
  author: idFromBytes<NodeId>(new Uint8Array(32).fill(2)),
  session: 1,
  sequence: 2,
  timeMs: 3,
  content: { type: 'alarm', reason: 'a bad frame', subject: 'x' },
};

describe('what a later version says of itself (W11)', () => {
  const read = (change: CborMap) =>
    decodeStatement(
      encodeCbor({ ...(decodeCbor(encodeStatement(STATEMENT), { maxBytes: 4_096 }) as CborMap), ...change }),
    ).content;

  test('in a kind that is not known is kept by its kind, whatever it says', () => {
    for (const body of [null, 7, [1], { alarm: 1 }])
      expect(read({ kind: 'rumour', body })).toEqual({ type: 'other', kind: 'rumour' });
  });

  test('in words that are not known is read as unknown', () => {
    const rung = [new Uint8Array(32).fill(3), 'satellite'];
    const lease = {
      valid: 1,
      stage: 'waiting',
      running: null,
      target: null,
      here: null,
      links: [rung],
      fresh: 'tepid',
    };
    expect(read({ kind: 'lease', body: lease })).toMatchObject({
      stage: 'unknown',
      freshness: 'unknown',
      heldForMs: undefined,
      links: [{ rung: 'unknown' }],
    });
    const receipt = { stage: 'waiting', rollout: null, release: null, reason: '', publisher: 0, peers: 0 };
    expect(read({ kind: 'receipt', body: receipt })).toMatchObject({ stage: 'unknown' });
  });
});

describe('a decoded value is rebuilt field by field (W3)', () => {
  const changed = (change: CborMap) =>
    encodeCbor({ ...(decodeCbor(encodeStatement(STATEMENT), { maxBytes: 4_096 }) as CborMap), ...change });

  test('keys that a reader does not know are left alone', () => {
    expect(decodeStatement(changed({ later: [1, 2], zzz: null }))).toEqual(STATEMENT);
  });

  test.each<[string, CborMap]>([
    ['a version that it does not know', { v: 2 }],
    ['a field of another type', { session: 'one' }],
    ['a negative count', { session: -1 }],
    ['an id of another length', { fleet: new Uint8Array(31) }],
    ['content of another shape', { body: [] }],
    ['a kind that is no name', { kind: 'a:b' }],
  ])('%s is refused', (_, change) => {
    expect(() => decodeStatement(changed(change))).toThrow(WireError);
  });

  test.each([
    ['', /is empty/],
    [' \t', /is empty/],
    ['till\n2026-11-21 admitted mallory', /control character/],
    ['\u001b[2Jtill', /control character/],
    ['\u0085', /is empty|control character/],
    ['a'.repeat(101), /longer than 100/],
  ])(
    'a text that people read is refused when it is empty, long, or could forge lines of a log: %j',
    (text, words) => {
      expect(() => readName(text, 'the name', 100)).toThrow(words);
    },
  );

  test('what is no count, no flag and no map of texts is refused, each with the field’s name', () => {
    for (const wrong of [-1, '1', null, [], undefined])
      expect(() => readUint(wrong, 'session')).toThrow(/^session/);
    expect(() => readFlag(1, 'frozen')).toThrow(/^frozen/);
    const bounds = { items: 2, characters: 8 };
    for (const wrong of [{ a: 1 }, { a: '1', b: '2', c: '3' }, { 'a\nb': '1' }, { a: 'nine char' }])
      expect(() => readTexts(wrong as CborMap, 'labels', bounds)).toThrow(WireError);
  });
});

describe('a frame of a link (M1)', () => {
  const frame = (value: Parameters<typeof encodeCbor>[0]) => encodeCbor(value);

  test.each<[string, Uint8Array]>([
    ['a type that is no name', frame(['Shut down'])],
    ['no list', frame({ type: 'goodbye' })],
    ['an empty list', frame([])],
    ['a type that is no text', frame([1, 'goodbye'])],
    ['two messages', new Uint8Array([...frame(['goodbye', '']), ...frame(['goodbye', ''])])],
    ['over 128 KiB', frame(['statements', [new Uint8Array(128 * 1024)]])],
    ['17 fields', frame(['goodbye', ...Array.from({ length: 16 }, () => '')])],
  ])('that is none of the messages is refused: %s', (_, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow(WireError);
  });

  test.each([['rumour'], ['constructor'], ['rumour', 1, { a: null }, [], 2, 3]])(
    'of a type that a later version brought is read as that, whatever is in it (W11)',
    (...fields) => {
      expect(decodeMessage(frame(fields))).toEqual({ type: 'unknown' });
    },
  );

  test('may have fields of a later version behind its own (W11)', () => {
    expect(decodeMessage(frame(['goodbye', 'bye', 1, 2, 3]))).toEqual({ type: 'goodbye', reason: 'bye' });
  });

  test('that is one is read', () => {
    expect(decodeMessage(frame(['goodbye', 'the node was closed']))).toEqual({
      type: 'goodbye',
      reason: 'the node was closed',
    });
  });
});
