import type { FoldFigures } from '../fold.ts';
import type { Shape } from '../history.ts';

declare global {
  interface Window {
    ledgerBench: {
      folds(options: { shape: Shape; seed: number; rounds: number }): Promise<FoldFigures>;
      /** Writes a ledger of `count` signed entries to IndexedDB. */
      fill(options: { shape: Shape; count: number; seed: number }): Promise<void>;
      /** Times of one opening of it, in ms. */
      open(count: number): Promise<OpenTimes>;
      /** Keeps a ledger of that many entries of what was folded last. */
      hold(count: number): Promise<number>;
    };
  }
}

export interface OpenTimes {
  /** A plain getAll of the same records and nothing else: less is not possible. */
  readonly getAllMs: number;
  /** Everything but the signatures: read, decoded, hashed, folded. */
  readonly foldedMs: number;
  /** As a node opens it: every signature checked. */
  readonly checkedMs: number;
}
