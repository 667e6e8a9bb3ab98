import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { PathValue } from './path-rule.ts';
import type { Rule } from './verdict.ts';

/** What came of one entry that was received. */
export type LedgerEvent =
  | { readonly type: 'entry-accepted'; readonly id: EntryId }
  | { readonly type: 'entry-stalled'; readonly id: EntryId; readonly missing: readonly EntryId[] }
  /** It waited for what it refers to, and was dropped for others that do: it may be received again. */
  | { readonly type: 'entry-forgotten'; readonly id: EntryId }
  | { readonly type: 'entry-refused'; readonly id: EntryId; readonly rule: Rule; readonly reason: string }
  /** Once for each change of the view, in order. */
  | {
      readonly type: 'path-changed';
      readonly path: string;
      readonly before: PathValue | undefined;
      readonly after: PathValue | undefined;
    }
  /** Two entries of one author with one sequence number: anyone can check the proof. */
  | {
      readonly type: 'author-quarantined';
      readonly author: NodeId;
      readonly proof: readonly [EntryId, EntryId];
    }
  /** Two roots of one version: nothing that rests on either counts until people have settled it. */
  | { readonly type: 'root-forked'; readonly version: number; readonly roots: readonly EntryId[] };
