import type { Instant, MonotonicMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { StatementMark } from '../wire/link/item.ts';
import { kindOf, type Statement } from '../wire/statement/statement.ts';
import { isKnownKind, type StatementKind } from '../wire/statement/statement-kind.ts';

/**
 * The newest statement of each author and kind, and when this node heard it. Whom the ledger knows is bounded by the ledger and by nobody
 * else; strangers share a small lent space, and are heard from their own mouths alone (M8).
 */
export interface StatementBook {
  /** What to do with a statement that came over a link, or of this node itself where none is named; before its signature is checked. */
  judge(statement: Statement, from?: NodeId): Judgement;
  /** Whether what the mark names, or newer of its author and kind, is or was here. */
  holds(mark: StatementMark): boolean;
  /** Whether what this author says is taken from others, and passed on. */
  isHeardOf(author: NodeId): boolean;
  put(heard: HeardStatement): void;
  newest(author: NodeId, kind: StatementKind): HeardStatement | undefined;
  ofKind(kind: StatementKind): readonly HeardStatement[];
  /** Leases of those whom the ledger does not know, the one heard longest ago first; no report tells of them. */
  strangers(): readonly HeardStatement[];
  /** All of members that is kept, what ran out too: a lease tells when a device was last seen. */
  all(): readonly HeardStatement[];
  /** How far each member has come, also where what it said is gone: an old statement must not count as news. */
  marks(): readonly StatementMark[];
  restoreMarks(marks: readonly StatementMark[]): void;
  /** All that may be passed on: of members and of this node, but for what ran out. */
  current(nowMs: MonotonicMs): readonly HeardStatement[];
  /** Those of the current ones that a node with `marks` lacks. */
  lackedBy(marks: readonly StatementMark[], nowMs: MonotonicMs): readonly HeardStatement[];
  /** The ledger may know these authors now, or know them no more; all where none is named. */
  reconsider(authors?: readonly NodeId[]): void;
}

/** `news`: keep it. `known`: it, or newer, is here. `unwanted`: a stranger's, which is none of this node's business. */
export type Judgement = 'news' | 'known' | 'unwanted';

export interface HeardStatement {
  readonly statement: Statement;
  /** The signed statement as it came, to be passed on verbatim. */
  readonly bytes: Uint8Array;
  /** By the wall clock for people; how old it is says the other one. */
  readonly heardAt: Instant;
}

/** A guess: more than a node has links; the one heard longest ago goes first. Attack (Sybil): keys are free to make. */
const MAX_STRANGERS = 64;
/** A guess: later versions add some kinds, not many. Attack: a member that makes up kinds would fill memory and disks of all. */
const MAX_OTHER_KINDS = 8;

type Kinds = Map<StatementKind, HeardStatement>;
type Place = Pick<StatementMark, 'session' | 'sequence'>;

export function createStatementBook(deps: {
  readonly self: NodeId;
  /** Whether the ledger knows the author: it was admitted, or holds a grant or a root key. */
  readonly isMember: (author: NodeId) => boolean;
}): StatementBook {
  const { self, isMember } = deps;
  const byMember = new Map<NodeId, Kinds>();
  /** Of members, and of who was one. */
  const reached = new Map<NodeId, Map<StatementKind, Place>>();
  /** Leases of strangers, the one heard longest ago first. */
  const strangers = new Map<NodeId, HeardStatement>();

  const isHeardOf = (author: NodeId) => author === self || isMember(author);

  const placeOf = (author: NodeId, kind: StatementKind): Place | undefined =>
    reached.get(author)?.get(kind) ?? (kind === 'lease' ? strangers.get(author)?.statement : undefined);

  const reach = (author: NodeId, kind: StatementKind, place: Place) => {
    const kinds = reached.get(author) ?? new Map<StatementKind, Place>();
    reached.set(author, kinds);
    const known = kinds.get(kind);
    if (known === undefined || follows(place, known))
      kinds.set(kind, { session: place.session, sequence: place.sequence });
  };

  const putOfMember = (heard: HeardStatement) => {
    const { statement } = heard;
    const { author } = statement;
    const kinds: Kinds = byMember.get(author) ?? new Map();
    kinds.set(kindOf(statement), heard);
    byMember.set(author, kinds);
    reach(author, kindOf(statement), statement);
    const last = otherKinds(author)[MAX_OTHER_KINDS];
    if (last === undefined) return;
    kinds.delete(last);
    reached.get(author)?.delete(last);
  };

  /** Kinds of later versions that the author has spoken in, in order. */
  const otherKinds = (author: NodeId) =>
    [...(reached.get(author)?.keys() ?? [])].filter((kind) => !isKnownKind(kind)).sort();

  /** Of an author that speaks in too many kinds of later versions every node keeps the same ones, whichever it heard first. */
  const isBeyond = (author: NodeId, kind: StatementKind) => {
    if (isKnownKind(kind)) return false;
    const last = otherKinds(author)[MAX_OTHER_KINDS - 1];
    return last !== undefined && kind > last;
  };

  const putOfStranger = (heard: HeardStatement) => {
    const { author } = heard.statement;
    strangers.delete(author);
    strangers.set(author, heard);
    const oldest = strangers.size > MAX_STRANGERS ? strangers.keys().next().value : undefined;
    if (oldest !== undefined) strangers.delete(oldest);
  };

  const reconsider = (author: NodeId) => {
    const lease = strangers.get(author);
    if (!isHeardOf(author)) byMember.delete(author);
    else if (lease !== undefined) {
      strangers.delete(author);
      const place = placeOf(author, 'lease');
      if (place === undefined || follows(lease.statement, place)) putOfMember(lease);
    }
  };

  const all = (): HeardStatement[] => Array.from(byMember.values(), (kinds) => [...kinds.values()]).flat();
  const current = (nowMs: MonotonicMs) => all().filter((item) => isCurrent(item, nowMs));

  return {
    isHeardOf,
    judge: (statement, from) => {
      const { author } = statement;
      const kind = kindOf(statement);
      const isOfItself = from === author && kind === 'lease';
      if (from !== undefined && !isHeardOf(author) && !isOfItself) return 'unwanted';
      if (isBeyond(author, kind)) return 'known';
      const place = placeOf(author, kind);
      return place === undefined || follows(statement, place) ? 'news' : 'known';
    },
    holds: (mark) => {
      if (isBeyond(mark.author, mark.kind)) return true;
      const place = placeOf(mark.author, mark.kind);
      return place !== undefined && !follows(mark, place);
    },
    put: (heard) => {
      if (isHeardOf(heard.statement.author)) putOfMember(heard);
      else putOfStranger(heard);
    },
    newest: (author, kind) =>
      byMember.get(author)?.get(kind) ?? (kind === 'lease' ? strangers.get(author) : undefined),
    ofKind: (kind) => [
      ...Array.from(byMember.values(), (kinds) => kinds.get(kind)).filter((heard) => heard !== undefined),
      ...(kind === 'lease' ? strangers.values() : []),
    ],
    strangers: () => [...strangers.values()],
    all,
    marks: () =>
      Array.from(reached, ([author, kinds]) =>
        Array.from(kinds, ([kind, place]) => ({ author, kind, ...place })),
      ).flat(),
    restoreMarks: (marks) => {
      for (const { author, kind, ...place } of marks) reach(author, kind, place);
    },
    current,
    lackedBy: (marks, nowMs) => {
      const theirs = new Map(marks.map((mark) => [`${mark.kind} ${mark.author}`, mark]));
      return current(nowMs).filter(({ statement }) => {
        const mark = theirs.get(`${kindOf(statement)} ${statement.author}`);
        return mark === undefined || follows(statement, mark);
      });
    },
    reconsider: (authors) => {
      for (const author of authors ?? [...strangers.keys(), ...byMember.keys()]) reconsider(author);
    },
  };
}

/** A lease or a summary holds for its time after it was heard: neither the author's clock nor this node's wall clock decides anything. */
export function isCurrent({ statement, heardAt }: HeardStatement, nowMs: MonotonicMs): boolean {
  const { content } = statement;
  return 'validMs' in content ? nowMs < heardAt.monotonicMs + content.validMs : true;
}

function follows(statement: Place, known: Place): boolean {
  return (
    statement.session > known.session ||
    (statement.session === known.session && statement.sequence > known.sequence)
  );
}
