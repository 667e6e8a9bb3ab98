import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FleetId, NodeId } from '../wire/ids.ts';
import { markOf } from '../wire/item.ts';
import { decodeStatement, encodeStatement, type Statement } from '../wire/statement.ts';
import { createStatementBook, type HeardStatement, isCurrent } from './statement-book.ts';

const LEASE_MS = 30_000;

interface Said {
  readonly author?: string;
  readonly session?: number;
  readonly sequence?: number;
  readonly kind?: 'lease' | 'alarm';
  readonly validMs?: number;
  readonly timeMs?: number;
  readonly heardAtMs?: number;
}

function heard(said: Said): HeardStatement {
  const { author = 'till', session = 1, sequence = 0, kind = 'lease', validMs = LEASE_MS } = said;
  const content: Statement['content'] =
    kind === 'alarm'
      ? { type: 'alarm', reason: 'bad piece', subject: 'x' }
      : {
          type: 'lease',
          validMs,
          stage: undefined,
          running: undefined,
          target: undefined,
          bytesHere: undefined,
          links: [],
          freshness: 'unknown',
        };
  const statement: Statement = {
    fleet: 'fleet' as FleetId,
    author: author as NodeId,
    session,
    sequence,
    timeMs: said.timeMs ?? 0,
    content,
  };
  return { statement, bytes: Uint8Array.of(session, sequence), heardAtMs: said.heardAtMs ?? 0 };
}

/** Hears as a node does: what is no news is dropped. */
function bookOf(...said: readonly Said[]) {
  const book = createStatementBook();
  for (const item of said.map(heard)) if (book.isNews(item.statement)) book.put(item);
  return book;
}

const newest = (book: ReturnType<typeof bookOf>, kind: 'lease' | 'alarm' = 'lease') => {
  const found = book.newest('till' as NodeId, kind)?.statement;
  return found && [found.session, found.sequence];
};

describe('of one author and kind the highest (session, sequence) counts (M4)', () => {
  test('whatever the order, and however often it comes', () => {
    const numbers = fc.record({ session: fc.nat(3), sequence: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 20 }), (said) => {
        const highest = [...said].sort((a, b) => b.session - a.session || b.sequence - a.sequence)[0]!;
        expect(newest(bookOf(...said))).toEqual([highest.session, highest.sequence]);
      }),
    );
  });

  test('attack: an old statement replayed is no news, nor is the newest itself', () => {
    const book = bookOf({ session: 2, sequence: 0 });
    for (const [session, sequence, isNews] of [
      [2, 0, false],
      [1, 99, false],
      [2, 1, true],
      [3, 0, true],
    ] as const)
      expect(book.isNews(heard({ session, sequence }).statement)).toBe(isNews);
  });

  test('by its numbers and not by its clock', () => {
    expect(newest(bookOf({ session: 1, timeMs: 9_000 }, { session: 2, timeMs: 1 }))).toEqual([2, 0]);
  });

  test('kinds and authors are apart', () => {
    const book = bookOf({ kind: 'alarm', session: 5 }, { session: 1 }, { author: 'bar', session: 9 });
    expect(newest(book)).toEqual([1, 0]);
    expect(newest(book, 'alarm')).toEqual([5, 0]);
    expect(book.ofKind('lease').map(({ statement }) => statement.author)).toEqual(['till', 'bar']);
  });
});

describe('a lease (M5)', () => {
  test('holds for its time after it was heard, whatever its author’s clock says', () => {
    const lease = heard({ heardAtMs: 1_000_000, timeMs: 5 });
    expect(isCurrent(lease, 1_000_000 + LEASE_MS - 1)).toBe(true);
    expect(isCurrent(lease, 1_000_000 + LEASE_MS)).toBe(false);
  });

  test('that ran out is not passed on, and stays as the last word of who is away', () => {
    const book = bookOf({ heardAtMs: 0 }, { kind: 'alarm', heardAtMs: 0 });
    expect(book.current(LEASE_MS).map(({ statement }) => statement.content.type)).toEqual(['alarm']);
    expect(book.lackedBy([], LEASE_MS).map(({ statement }) => statement.content.type)).toEqual(['alarm']);
    expect(newest(book)).toEqual([1, 0]);
    expect(book.all()).toHaveLength(2);
  });

  test('of more than 300 s is read as 300 s: the dead do not look present for long', () => {
    const id = 'A'.repeat(43);
    const { statement } = heard({ validMs: 86_400_000 });
    const read = decodeStatement(
      encodeStatement({ ...statement, fleet: id as FleetId, author: id as NodeId }),
    );
    expect(read.content).toMatchObject({ type: 'lease', validMs: 300_000 });
  });
});

describe('what a neighbour lacks, by its marks (M2)', () => {
  test('is what it has not, or has older', () => {
    const book = bookOf(
      { author: 'a', session: 2 },
      { author: 'b', session: 2 },
      { author: 'c', session: 2 },
    );
    const lacked = book.lackedBy(
      [
        { author: 'a' as NodeId, kind: 'lease', session: 2, sequence: 0 },
        { author: 'b' as NodeId, kind: 'lease', session: 1, sequence: 7 },
        { author: 'c' as NodeId, kind: 'alarm', session: 9, sequence: 0 },
      ],
      0,
    );
    expect(lacked.map(({ statement }) => statement.author)).toEqual(['b', 'c']);
  });

  test('is nothing once it has the book’s own marks', () => {
    const book = bookOf({ author: 'a', session: 2, sequence: 3 }, { author: 'b', kind: 'alarm' });
    const marks = book.current(0).map(({ statement }) => markOf(statement));
    expect(book.lackedBy(marks, 0)).toEqual([]);
  });
});

describe('Sybil: keys are free to make (M8)', () => {
  test('statements of 4,096 authors are kept, and the one heard longest ago goes first', () => {
    const book = createStatementBook();
    const author = (at: number) => `author ${at}` as NodeId;
    for (let at = 0; at < 4_096; at++) book.put(heard({ author: author(at) }));
    // Heard again, so it is not the oldest any more.
    book.put(heard({ author: author(0), sequence: 1 }));
    book.put(heard({ author: 'one more' }));
    expect(book.all()).toHaveLength(4_096);
    expect(book.newest(author(0), 'lease')).toBeDefined();
    expect(book.newest(author(1), 'lease')).toBeUndefined();
    expect(book.newest('one more' as NodeId, 'lease')).toBeDefined();
  });
});
