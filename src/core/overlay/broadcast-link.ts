import type { Topic } from '../wire/link/overlay.ts';
import { type Budget, createBudget } from './budget.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** One link as Plumtree sees it: eager for each topic for which it is not lazy. */
export interface Link {
  /** The topics for which it is lazy. */
  readonly lazySinceMs: Map<Topic, number>;
  readonly requests: Budget;
  readonly outbox: Outbox;
  congested: boolean;
}

/** A guess: items that one neighbour may ask for. Attack: small requests for large entries. */
const REQUESTS_OF_ONE = { burst: 4096, perSecond: 256 } as const;

export function createLink(): Link {
  return {
    lazySinceMs: new Map(),
    requests: createBudget(REQUESTS_OF_ONE),
    outbox: createOutbox(),
    congested: false,
  };
}
