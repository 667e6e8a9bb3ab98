import type { Ledger } from '../../core/ledger/ledger.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Entry } from '../../core/wire/entry/entry.ts';
import { readVoucher } from '../../core/wire/entry/grant.ts';

/** What the ledger's entries say of people, whatever became of them. */
export interface AuthorityEntries {
  /** In the order in which they were taken in. */
  readonly grants: readonly Entry[];
  readonly revokes: readonly Entry[];
  /** Keys of invitations that were taken up. */
  readonly vouchers: ReadonlySet<NodeId>;
}

/** Reads the ledger as far as it has grown, each entry once. */
export function createAuthorityEntries(ledger: Pick<Ledger, 'entries' | 'size'>): () => AuthorityEntries {
  const grants: Entry[] = [];
  const revokes: Entry[] = [];
  const vouchers = new Set<NodeId>();
  let seen = 0;
  return () => {
    if (seen < ledger.size())
      for (const entry of ledger.entries().slice(seen)) {
        seen++;
        if (entry.action === 'revoke') revokes.push(entry);
        if (entry.action === 'grant') grants.push(entry);
        const voucher = readVoucher(entry.body);
        if (voucher !== undefined) vouchers.add(voucher.key);
      }
    return { grants, revokes, vouchers };
  };
}
