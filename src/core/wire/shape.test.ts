import { describe, expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { type FleetId, idFromBytes, type NodeId } from './ids.ts';
import { decodeMessage } from './message.ts';
import { WireError } from './refusal.ts';
import { type CborMap, readFlag, readName, readTexts, readUint } from './shape.ts';
import { decodeStatement, encodeStatement, type Statement } from './statement.ts';

const STATEMENT: Statement = {
  fleet: idFromBytes<FleetId>(new Uint8Array(32).fill(1)),
  author: idFromBytes<NodeId>(new Uint8Array(32).fill(2)),
  session: 1,
  sequence: 2,
  timeMs: 3,
  content: { type: 'alarm', reason: 'a bad frame', subject: 'x' },
};

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
    ['content of another shape', { alarm: [] }],
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
    ['a type that is not known', frame(['shutdown'])],
    ['no list', frame({ type: 'goodbye' })],
    ['an empty list', frame([])],
    ['a type that is no text', frame([1, 'goodbye'])],
    ['a name of every object', frame(['constructor'])],
    ['two messages', new Uint8Array([...frame(['goodbye', '']), ...frame(['goodbye', ''])])],
    ['over 128 KiB', frame(['statements', [new Uint8Array(128 * 1024)]])],
  ])('that is none of the messages is refused: %s', (_, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow(WireError);
  });

  test('that is one is read', () => {
    expect(decodeMessage(frame(['goodbye', 'the node was closed']))).toEqual({
      type: 'goodbye',
      reason: 'the node was closed',
    });
  });
});
