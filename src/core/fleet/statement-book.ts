import type { NodeId } from '../wire/ids.ts';
import type { StatementMark } from '../wire/item.ts';
import type { Statement, StatementKind } from '../wire/statement.ts';

/** The newest statement of each author and kind, and when this node heard it. */
export interface StatementBook {
  /** True if it is newer than what is here of its author and kind: keep it, pass it on. */
  isNews(statement: Statement): boolean;
  /** True if what the mark names, or newer of its author and kind, is here. */
  holds(mark: StatementMark): boolean;
  put(heard: HeardStatement): void;
  newest(author: NodeId, kind: StatementKind): HeardStatement | undefined;
  ofKind(kind: StatementKind): readonly HeardStatement[];
  /** All that is kept, what ran out too: a lease tells when a device was last seen. */
  all(): readonly HeardStatement[];
  /** All that may still be passed on: everything but what ran out. */
  current(nowMs: number): readonly HeardStatement[];
  /** Those of the current ones that a node with `marks` lacks. */
  lackedBy(marks: readonly StatementMark[], nowMs: number): readonly HeardStatement[];
}

export interface HeardStatement {
  readonly statement: Statement;
  /** The signed statement as it came, to be passed on verbatim. */
  readonly bytes: Uint8Array;
  readonly heardAtMs: number;
}

/**
 * A guess: authors whose statements are kept. Keys are free to make (Sybil attack), so without a bound a peer could fill
 * the memory; the one heard longest ago goes first.
 */
const MAX_AUTHORS = 4096;

export function createStatementBook(): StatementBook {
  const byAuthor = new Map<NodeId, Map<StatementKind, HeardStatement>>();

  const newest = (author: NodeId, kind: StatementKind) => byAuthor.get(author)?.get(kind);

  const all = (): HeardStatement[] => Array.from(byAuthor.values(), (kinds) => [...kinds.values()]).flat();
  const current = (nowMs: number) => all().filter((item) => isCurrent(item, nowMs));

  return {
    newest,
    ofKind: (kind) =>
      Array.from(byAuthor.values(), (kinds) => kinds.get(kind)).filter((heard) => heard !== undefined),
    all,
    current,
    holds: (mark) => {
      const known = newest(mark.author, mark.kind);
      return known !== undefined && !follows(mark, known.statement);
    },
    isNews: (statement) => {
      const known = newest(statement.author, statement.content.type);
      return known === undefined || follows(statement, known.statement);
    },
    put: (heard) => {
      const { author, content } = heard.statement;
      const kinds = byAuthor.get(author) ?? new Map<StatementKind, HeardStatement>();
      kinds.set(content.type, heard);
      byAuthor.delete(author);
      byAuthor.set(author, kinds);
      const oldest = byAuthor.size > MAX_AUTHORS ? byAuthor.keys().next().value : undefined;
      if (oldest !== undefined) byAuthor.delete(oldest);
    },
    lackedBy: (marks, nowMs) => {
      const theirs = new Map(marks.map((mark) => [`${mark.kind} ${mark.author}`, mark]));
      return current(nowMs).filter(({ statement }) => {
        const mark = theirs.get(`${statement.content.type} ${statement.author}`);
        return mark === undefined || follows(statement, mark);
      });
    },
  };
}

/** A lease or a summary holds for its time after it was heard: the author's clock decides nothing. */
export function isCurrent({ statement, heardAtMs }: HeardStatement, nowMs: number): boolean {
  const { content } = statement;
  return 'validMs' in content ? nowMs < heardAtMs + content.validMs : true;
}

function follows(
  statement: { session: number; sequence: number },
  known: { session: number; sequence: number },
): boolean {
  return (
    statement.session > known.session ||
    (statement.session === known.session && statement.sequence > known.sequence)
  );
}
