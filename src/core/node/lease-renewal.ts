import { LEASE_MS } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';

/** When a node says again that it is there. */
export interface LeaseRenewal {
  /** The timer of the next lease, sooner than it would come; nothing where it is set so already, or before the first. */
  soon(): readonly NodeEffect[];
  /** The timer of the lease after the one that is said now. */
  said(): readonly NodeEffect[];
}

export interface LeaseConfig {
  /** How long a lease holds for who hears it; more than 300 s is read as 300 s (M5). */
  readonly validMs: number;
  /** Renewals in that time. */
  readonly renewals: number;
  /** How long changes of a lease are gathered. */
  readonly gatherMs: number;
}

/** Guesses: longer, and seldomer renewed, saves messages; shorter notices absence sooner. Two renewals that are lost are forgiven. */
export const DEFAULT_LEASE_CONFIG: LeaseConfig = { validMs: LEASE_MS, renewals: 3, gatherMs: 300 };

export function createLeaseRenewal({ validMs, renewals, gatherMs }: LeaseConfig): LeaseRenewal {
  let phase: 'silent' | 'waiting' | 'soon' = 'silent';
  return {
    soon: () => {
      // Moved by each change, it would never come while changes follow each other faster: a long fetch would look absent.
      if (phase !== 'waiting') return [];
      phase = 'soon';
      return [{ type: 'schedule-timer', timer: 'lease', delayMs: gatherMs }];
    },
    said: () => {
      phase = 'waiting';
      return [{ type: 'schedule-timer', timer: 'lease', delayMs: validMs / renewals }];
    },
  };
}
