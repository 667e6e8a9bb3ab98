import type { Instant } from '../../core/time/instant.ts';

/** What all parts of a projection are told when it is asked for. */
export interface Look {
  readonly now: Instant;
  /** The ledger has entries that it had not at the last look; true at the first one. */
  readonly ledgerGrew: boolean;
  /** The wall clock: a grant that had run out may count again. */
  readonly wallWentBack: boolean;
}
