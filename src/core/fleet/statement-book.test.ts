import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../time/testing/at.ts';
import type { FleetId, NodeId } from '../wire/encoding/ids.ts';
import { markOf } from '../wire/link/item.ts';
import {
  decodeStatement,
  encodeStatement,
  kindOf,
  type OwnContent,
  type OwnStatement,
} from '../wire/statement/statement.ts';
import type { OtherKind, StatementKind } from '../wire/statement/statement-kind.ts';
import { createStatementBook, type HeardStatement, isCurrent } from './statement-book.ts';

const LEASE_MS = 30_000;
const NEIGHBOUR = 'neighbour' as NodeId;

interface Said {
  readonly author?: string;
  readonly session?: number;
  readonly sequence?: number;
  readonly kind?: 'lease' | 'alarm';
  readonly validMs?: number;
  readonly timeMs?: number;
  readonly heardAtMs?: number;
}

function heard(said: Said): HeardStatement & { readonly statement: OwnStatement } {
  const { author = 'till', session = 1, sequence = 0, kind = 'lease', validMs = LEASE_MS } = said;
  const content: OwnContent =
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
  const statement: OwnStatement = {
    fleet: 'fleet' as FleetId,
    author: author as NodeId,
    session,
    sequence,
    timeMs: said.timeMs ?? 0,
    content,
  };
  return { statement, bytes: Uint8Array.of(session, sequence), heardAt: at(said.heardAtMs ?? 0) };
}

/** A book in which only authors whose names begin with `stranger` are none. */
function aBook(isMember: (author: string) => boolean = (author) => !author.startsWith('stranger')) {
  return createStatementBook({ self: 'self' as NodeId, isMember });
}

/** Hears as a node does: what is no news is dropped. */
function bookOf(...said: readonly Said[]) {
  const book = aBook();
  for (const item of said.map(heard)) if (book.judge(item.statement) === 'news') book.put(item);
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
      expect(book.judge(heard({ session, sequence }).statement, NEIGHBOUR)).toBe(isNews ? 'news' : 'known');
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

describe('a kind of a later version (W11)', () => {
  const other = (kind: string, sequence = 0): HeardStatement => {
    const { statement } = heard({ sequence });
    return {
      statement: { ...statement, content: { type: 'other', kind: kind as OtherKind } },
      bytes: new TextEncoder().encode(`${kind} ${sequence}`),
      heardAt: at(0),
    };
  };
  const hearAll = (...items: readonly HeardStatement[]) => {
    const book = aBook();
    for (const item of items) if (book.judge(item.statement, NEIGHBOUR) === 'news') book.put(item);
    return book;
  };
  const kindsOf = (book: ReturnType<typeof aBook>) =>
    book
      .current(0)
      .map(({ statement }) => kindOf(statement))
      .sort();

  test('is kept beside the others, the newest of it, and passed on as it came', () => {
    const book = hearAll(other('rumour', 1), other('rumour', 2), other('rumour', 1), heard({ sequence: 7 }));
    expect(kindsOf(book)).toEqual(['lease', 'rumour']);
    expect(book.lackedBy([], 0).map(({ bytes }) => new TextDecoder().decode(bytes))).toContain('rumour 2');
    const [mark] = book.marks().filter(({ kind }) => kind === 'rumour');
    expect(mark).toMatchObject({ session: 1, sequence: 2 });
    expect(book.lackedBy(book.marks(), 0)).toEqual([]);
  });

  test('of a stranger is nobody’s business', () => {
    const book = aBook(() => false);
    expect(book.judge(other('rumour').statement, NEIGHBOUR)).toBe('unwanted');
  });

  test('attack: of a member that makes up kinds all keep the same eight, in whatever order they heard them', () => {
    const made = Array.from({ length: 12 }, (_, at) => `kind-${String(at).padStart(2, '0')}`);
    fc.assert(
      fc.property(fc.shuffledSubarray(made, { minLength: made.length }), (order) => {
        const book = hearAll(heard({}), ...order.map((kind) => other(kind)));
        expect(kindsOf(book)).toEqual([...made.slice(0, 8), 'lease']);
        expect(book.marks()).toHaveLength(9);
        // What is not kept is not asked for either.
        const mark = { author: 'till' as NodeId, kind: made[11] as StatementKind, session: 9, sequence: 9 };
        expect(book.holds(mark)).toBe(true);
      }),
    );
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
  const stranger = (at: number) => `stranger ${at}` as NodeId;

  test('of members everything is kept, however many there are', () => {
    const book = aBook();
    for (let at = 0; at < 10_000; at++) book.put(heard({ author: `member ${at}` }));
    expect(book.ofKind('lease')).toHaveLength(10_000);
  });

  test('no number of made-up keys costs the last word of a device that is away, nor lets an old one pass for news', () => {
    const book = bookOf({ author: 'till', session: 7 });
    for (let at = 0; at < 4_096; at++)
      for (const kind of ['lease', 'alarm'] as const) {
        const item = heard({ author: stranger(at), kind });
        if (book.judge(item.statement, stranger(at)) === 'news') book.put(item);
      }
    expect(newest(book)).toEqual([7, 0]);
    expect(book.judge(heard({ author: 'till', session: 6 }).statement, NEIGHBOUR)).toBe('known');
  });

  test('a stranger is heard from its own mouth alone, and of its lease alone', () => {
    const book = aBook();
    const lease = heard({ author: stranger(1) }).statement;
    expect(book.judge(lease, NEIGHBOUR)).toBe('unwanted');
    expect(book.judge(lease, stranger(1))).toBe('news');
    expect(book.judge(heard({ author: stranger(1), kind: 'alarm' }).statement, stranger(1))).toBe('unwanted');
  });

  test('leases of 64 strangers are kept, the one heard longest ago goes first', () => {
    const book = aBook();
    for (let at = 0; at < 64; at++) book.put(heard({ author: stranger(at) }));
    // Heard again, so it is not the oldest any more.
    book.put(heard({ author: stranger(0), sequence: 1 }));
    book.put(heard({ author: stranger(64) }));
    expect(book.ofKind('lease')).toHaveLength(64);
    expect(book.newest(stranger(0), 'lease')).toBeDefined();
    expect(book.newest(stranger(1), 'lease')).toBeUndefined();
  });

  test('what a stranger says is neither passed on nor stored, but what this node says of itself is', () => {
    const book = bookOf({ author: stranger(1) }, { author: 'self' }, { author: 'till' });
    const authors = (items: readonly HeardStatement[]) => items.map(({ statement }) => statement.author);
    expect(authors(book.current(0))).toEqual(['self', 'till']);
    expect(authors(book.all())).toEqual(['self', 'till']);
    expect(authors(book.lackedBy([], 0))).toEqual(['self', 'till']);
  });
});

describe('who is known changes with the ledger (M8)', () => {
  test('a stranger that is admitted brings what it said of itself', () => {
    const members = new Set<string>();
    const book = aBook((author) => members.has(author));
    book.put(heard({ author: 'till' }));
    expect(book.current(0)).toEqual([]);
    members.add('till');
    book.reconsider(['till' as NodeId]);
    expect(newest(book)).toEqual([1, 0]);
    expect(book.current(0)).toHaveLength(1);
  });

  test('of a member that is removed nothing is left but how far it came, so that none of it counts as news later', () => {
    const members = new Set(['till']);
    const book = aBook((author) => members.has(author));
    book.put(heard({ author: 'till', session: 4, sequence: 2 }));
    members.clear();
    book.reconsider();
    expect(book.all()).toEqual([]);
    expect(newest(book)).toBeUndefined();
    members.add('till');
    book.reconsider();
    expect(book.judge(heard({ author: 'till', session: 4, sequence: 2 }).statement, NEIGHBOUR)).toBe('known');
    expect(book.judge(heard({ author: 'till', session: 4, sequence: 3 }).statement, NEIGHBOUR)).toBe('news');
  });

  test('marks outlive the statements: a book that lost these takes no old one for news', () => {
    const before = bookOf({ author: 'till', session: 3, sequence: 5 }, { author: 'till', kind: 'alarm' });
    const after = aBook();
    after.restoreMarks(before.marks());
    expect(after.marks()).toEqual(before.marks());
    expect(after.holds({ author: 'till' as NodeId, kind: 'lease', session: 3, sequence: 5 })).toBe(true);
    expect(after.judge(heard({ author: 'till', session: 3, sequence: 4 }).statement, NEIGHBOUR)).toBe(
      'known',
    );
    expect(after.judge(heard({ author: 'till', session: 3, sequence: 6 }).statement, NEIGHBOUR)).toBe('news');
  });
});
