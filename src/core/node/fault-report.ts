import { withFault } from '../device/fault-tally.ts';
import type { Fault } from '../device/input.ts';
import type { Instant, MonotonicMs } from '../time/instant.ts';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import type { FaultsContent } from '../wire/statement/release-faults.ts';
import type { Statement } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';

/** Counts what goes wrong with the running release, and tells the fleet seldom (D15). */
export interface FaultReport {
  /** Goes on from what this device said last: the counts outlive a start by what was signed of them. */
  resume(last: Statement | undefined): void;
  note(release: ReleaseId, fault: Fault, now: Instant): readonly NodeEffect[];
  handleTimer(nowMs: MonotonicMs): readonly NodeEffect[];
}

/** A guess: what fails together is told together. Longer gathers more, shorter is seen sooner. */
const GATHER_MS = 5_000;
/**
 * A guess: a release that fails all the time costs its site a statement of a few hundred bytes in so long, a tenth of what the device's
 * leases cost. Longer costs less, shorter shows growing counts sooner; a crash loses the counts of so long.
 */
const APART_MS = 300_000;

export function createFaultReport(): FaultReport {
  let faults: FaultsContent | undefined;
  let saidAtMs: MonotonicMs | undefined;
  let timerIsSet = false;

  return {
    resume: (last) => {
      if (last?.content.type === 'faults') faults = last.content;
    },
    note: (release, fault, now) => {
      const isFirst = faults?.release !== release;
      faults = withFault(faults, release, fault, now.wallMs);
      if (timerIsSet && !isFirst) return [];
      timerIsSet = true;
      const waitMs = isFirst || saidAtMs === undefined ? 0 : saidAtMs + APART_MS - now.monotonicMs;
      return [{ type: 'schedule-timer', timer: 'faults', delayMs: Math.max(GATHER_MS, waitMs) }];
    },
    handleTimer: (nowMs) => {
      timerIsSet = false;
      saidAtMs = nowMs;
      return faults === undefined ? [] : [{ type: 'sign-statement', content: faults }];
    },
  };
}
