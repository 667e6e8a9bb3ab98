import type { CborValue } from '../encoding/cbor.ts';
import { bytesOfId, type EntryId, type NodeId } from '../encoding/ids.ts';
import { readId, readList, readUint } from '../encoding/shape.ts';
import { kindOf, type Statement } from '../statement/statement.ts';
import { readKind, type StatementKind } from '../statement/statement-kind.ts';

/** Which statement: of one author and kind the highest (session, sequence) counts. */
export interface StatementMark {
  readonly author: NodeId;
  readonly kind: StatementKind;
  readonly session: number;
  readonly sequence: number;
}

declare const brand: unique symbol;
/**
 * What the broadcast spreads: an entry, by its id, or a statement, by its mark. One text for each, so that it keys a map:
 * `<entry id>`, or `<kind>:<author>:<session>:<sequence>`.
 */
export type ItemId = string & { readonly [brand]: 'ItemId' };

/** What an item is about: itself for an entry, author and kind for a statement. A later item of one slot replaces the earlier. */
export type ItemSlot = string;

export function itemOfEntry(id: EntryId): ItemId {
  return id as string as ItemId;
}

export function itemOfStatement({ author, kind, session, sequence }: StatementMark): ItemId {
  return `${kind}:${author}:${session}:${sequence}` as ItemId;
}

export function markOf(statement: Statement): StatementMark {
  const { author, session, sequence } = statement;
  return { author, kind: kindOf(statement), session, sequence };
}

export type ItemReference =
  | { readonly type: 'entry'; readonly id: EntryId }
  | { readonly type: 'statement'; readonly mark: StatementMark };

export function referenceOf(item: ItemId): ItemReference {
  const [kind, author, session, sequence] = item.split(':');
  if (author === undefined) return { type: 'entry', id: item as string as EntryId };
  return {
    type: 'statement',
    mark: {
      kind: kind as StatementKind,
      author: author as NodeId,
      session: Number(session),
      sequence: Number(sequence),
    },
  };
}

export function slotOf(item: ItemId): ItemSlot {
  const [kind, author] = item.split(':', 2);
  return author === undefined ? item : `${kind}:${author}`;
}

/** An entry is its 32 bytes, a statement the fields of its mark. */
export function itemFields(item: ItemId): CborValue {
  const reference = referenceOf(item);
  return reference.type === 'entry' ? bytesOfId(reference.id) : markFields(reference.mark);
}

export function readItem(value: CborValue | undefined): ItemId {
  return value instanceof Uint8Array
    ? itemOfEntry(readId<EntryId>(value, 'an item'))
    : itemOfStatement(readMark(value));
}

export function markFields({ author, kind, session, sequence }: StatementMark): CborValue {
  return [bytesOfId(author), kind, readUint(session, 'session'), readUint(sequence, 'sequence')];
}

export function readMark(value: CborValue | undefined): StatementMark {
  const [author, kind, session, sequence] = readList(value, 'a mark', 4);
  return {
    author: readId<NodeId>(author, "a mark's author"),
    kind: readKind(kind),
    session: readUint(session, 'session'),
    sequence: readUint(sequence, 'sequence'),
  };
}
