import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import type { RootBody } from '../wire/entry/genesis.ts';
import type { GrantBody } from '../wire/entry/grant.ts';

/** What of the entry's causal past its verdict may look at. The past is complete and accepted. */
export interface CausalPast {
  /** The newest root there. */
  readonly root: { readonly id: EntryId; readonly body: RootBody };
  grant(id: EntryId): PastGrant | undefined;
  accepted(id: EntryId): Entry | undefined;
  /** The highest counter on the way up through the releases that the entry names as parents; undefined when it names none. */
  highestCounter(): number | undefined;
}

export interface PastGrant {
  readonly entry: Entry;
  readonly body: GrantBody;
  /** Grants from the root down to this one. */
  readonly depth: number;
}
