/** What all parts of a projection are told when it is asked for. */
export interface Look {
  readonly nowMs: number;
  /** The ledger has entries that it had not at the last look; true at the first one. */
  readonly ledgerGrew: boolean;
  /** What had run out may hold again. */
  readonly clockWentBack: boolean;
}
