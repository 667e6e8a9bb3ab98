import type { EntryId, NodeId } from '../core/wire/encoding/ids.ts';

/** Answers about the ledger, computed when asked: a page asks again when `FleetModel.ledgerRevision` has changed. */
export interface LedgerReader {
  /** What lies right below `path`; of a past state when `at` names a moment. */
  children(path: string, at?: EntryId): readonly TreeRow[];
  /** The value at `path` as text for a person: JSON, indented; undefined where there is none. */
  value(path: string, at?: EntryId): ValueRow | undefined;
  /** Why the path is what it is now: its entries, the winner first. */
  explain(path: string): readonly ExplainRow[];
  /** Entries, newest first, at most 500: the moments that one can travel to. */
  moments(): readonly MomentRow[];
  /** The config that a device gets, each key with where it comes from. */
  config(device: NodeId): readonly ConfigRow[];
}

export interface TreeRow {
  readonly name: string;
  readonly path: string;
  readonly hasValue: boolean;
  readonly hasChildren: boolean;
  /** Who set it, in words; empty for a folder without a value. */
  readonly setBy: string;
  readonly action: string;
}

export interface ValueRow {
  readonly text: string;
  readonly entry: EntryId;
  readonly author: string;
  /** The author's clock: informs only. */
  readonly timeMs: number;
}

export interface ExplainRow {
  readonly entry: EntryId;
  readonly action: string;
  readonly author: string;
  readonly timeMs: number;
  readonly outcome: 'wins' | 'superseded' | 'loses' | 'content-missing' | 'frozen' | 'void';
  /** In words: which rule decided, against what. */
  readonly reason: string;
}

export interface MomentRow {
  readonly entry: EntryId;
  readonly timeMs: number;
  readonly author: string;
  readonly action: string;
  readonly path: string;
  /** False: it is in the log and does not count. */
  readonly counts: boolean;
}

export interface ConfigRow {
  readonly key: string;
  readonly text: string;
  readonly path: string;
}
