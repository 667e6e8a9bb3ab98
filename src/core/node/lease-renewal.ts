import { LEASE_MS } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';

/** When a node says again that it is there. */
export interface LeaseRenewal {
  /** The timer of the next lease, sooner than it would come; nothing where it is set so already, or before the first. */
  soon(): readonly NodeEffect[];
  /** The timer of the lease after the one that is said now. */
  said(): readonly NodeEffect[];
}

/** Longer saves messages, shorter notices absence sooner. */
const RENEW_MS = LEASE_MS / 3;
/** A guess: changes of a lease are gathered for this long. */
const DEBOUNCE_MS = 300;

export function createLeaseRenewal(): LeaseRenewal {
  let phase: 'silent' | 'waiting' | 'soon' = 'silent';
  return {
    soon: () => {
      // Moved by each change, it would never come while changes follow each other faster: a long fetch would look absent.
      if (phase !== 'waiting') return [];
      phase = 'soon';
      return [{ type: 'schedule-timer', timer: 'lease', delayMs: DEBOUNCE_MS }];
    },
    said: () => {
      phase = 'waiting';
      return [{ type: 'schedule-timer', timer: 'lease', delayMs: RENEW_MS }];
    },
  };
}
