import type { Ledger } from '../../core/ledger/ledger.ts';
import type { PathValue } from '../../core/ledger/path-rule.ts';
import { type EntryId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { Entry } from '../../core/wire/entry/entry.ts';
import type { EntryDraft } from '../node-runtime.ts';

/** What entries of authority would change, before they are signed. */
export interface AuthorityChange {
  readonly stopCounting: readonly Entry[];
  readonly countAgain: readonly Entry[];
  readonly paths: readonly {
    readonly path: string;
    readonly before: PathValue | undefined;
    readonly after: PathValue | undefined;
  }[];
}

/** A copy of a ledger that takes unsigned drafts under made-up ids and tells what came of them. */
export interface Rehearsal {
  readonly ledger: Ledger;
  /** Signed by these beside the author, if only on paper. Rejects with WireError when the ledger would refuse the entry. */
  write(draft: EntryDraft, cosigners?: readonly NodeId[]): Promise<EntryId>;
  /** Takes a whole entry, as it is. Throws WireError when the ledger would refuse it or lacks what it builds on. */
  take(entry: Entry): void;
  change(): AuthorityChange;
}

export function createRehearsal(real: Ledger, author: NodeId): Rehearsal {
  const ledger = real.copy();
  const paths = new Map<string, AuthorityChange['paths'][number]>();
  let count = 0;
  const counts = (of: Ledger, id: EntryId) => of.standing(id)?.type === 'effective';

  const take = (entry: Entry) => {
    for (const event of ledger.receive({ entry, envelope: new Uint8Array(), voucherKey: undefined })) {
      if (event.type === 'entry-refused') throw new WireError(`The ledger would refuse it: ${event.reason}`);
      if (event.type === 'entry-stalled')
        throw new WireError(
          'It builds on entries that have not reached this browser yet. Wait until it has caught up.',
        );
      if (event.type === 'path-changed')
        paths.set(event.path, {
          path: event.path,
          before: paths.has(event.path) ? paths.get(event.path)?.before : event.before,
          after: event.after,
        });
    }
  };

  return {
    ledger,
    take,
    write: async (draft, cosigners = []) => {
      const id = madeUpId(count++);
      take({
        ...draft,
        id,
        fleet: real.fleet,
        parents: [...draft.parents].sort(),
        authority: ledger.authorityFrontier(),
        author,
        cosigners: [...cosigners].sort(),
        sequence: ledger.nextSequence(author),
        content: undefined,
        expiresAtMs: draft.expiresAtMs,
        // Nothing is ordered by time, and a grant's expiry is checked again when the entry is really written.
        timeMs: 0,
      });
      return id;
    },
    change: () => ({
      stopCounting: real.entries().filter(({ id }) => counts(real, id) && !counts(ledger, id)),
      countAgain: real.entries().filter(({ id }) => !counts(real, id) && counts(ledger, id)),
      paths: [...paths.values()].filter(({ before, after }) => before?.setBy.id !== after?.setBy.id),
    }),
  };
}

/** No entry has it: nobody finds the bytes whose SHA-256 is almost all zeros. */
function madeUpId(count: number): EntryId {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, count + 1);
  return idFromBytes<EntryId>(bytes);
}
