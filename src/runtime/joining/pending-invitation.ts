import { isMember } from '../../core/ledger/view.ts';
import { type ClockComparison, compareClocks } from '../../core/time/clock-comparison.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import type { RuntimePorts } from '../runtime-ports.ts';
import { forgetInvitation } from './membership-record.ts';
import { type Invitation, standingOf, takeUpInvitation } from './take-up-invitation.ts';

/** Why an invitation is not taken up yet. */
export type PendingState =
  | { readonly type: 'awaited' | 'none' | 'taken-back' | 'ready' }
  /** By this node's clock. `clocks` is what others' say to that; undefined when none was heard lately. */
  | {
      readonly type: 'ended';
      readonly endedAtMs: number;
      readonly nowMs: number;
      readonly clocks: ClockComparison | undefined;
    }
  | { readonly type: 'refused'; readonly reason: string };

/**
 * An invitation that this node keeps until what it gives stands in the ledger (J8): it is taken up at once where that can be, and else
 * when entries have arrived, when the clock was set, and at the next start.
 */
export interface PendingInvitation {
  /** Undefined once it was taken up. */
  state(): PendingState | undefined;
  /** Idempotent. It stays kept. */
  close(): void;
}

/** A guess: a clock that was set is noticed so soon. Looking costs little. */
const LOOK_MS = 5_000;
/** A guess: an attempt that the node's own ledger refused spends a number of its key, so the next one waits. */
const RETRY_MS = 30_000;

export function createPendingInvitation(deps: {
  readonly runtime: NodeRuntime;
  readonly ports: Pick<RuntimePorts, 'keys' | 'clock' | 'records'>;
  readonly invitation: Invitation;
  /** What this node calls itself. */
  readonly name: string;
  /** The state may have changed. */
  readonly onChange: () => void;
}): PendingInvitation {
  const { runtime, invitation } = deps;
  const { keys, clock, records } = deps.ports;
  const { node } = runtime;
  let tried: { readonly entries: number; readonly atMs: number; readonly reason: string } | undefined;
  let phase: 'open' | 'busy' | 'taken-up' | 'closed' = 'open';
  let cancel = () => {};

  const look = () => {
    if (phase !== 'open') return;
    const standing = standingOf(runtime, invitation, clock.nowMs());
    if (standing === 'taken-up') void run(() => forgetInvitation(records), 'taken-up');
    else if (standing === 'ready' && mayTry())
      void run(() => takeUpInvitation(runtime, keys, invitation, deps.name), 'open');
  };

  const mayTry = () =>
    tried === undefined ||
    (node.ledger.size() > tried.entries && clock.monotonicMs() - tried.atMs >= RETRY_MS);

  const run = async (work: () => Promise<void>, then: 'open' | 'taken-up') => {
    phase = 'busy';
    let reason = '';
    try {
      await work();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (phase !== 'busy') return;
    phase = reason === '' ? then : 'open';
    tried = { entries: node.ledger.size(), atMs: clock.monotonicMs(), reason };
    if (phase === 'taken-up') close();
    else if (reason === '') look();
    deps.onChange();
  };

  const keepLooking = () => {
    cancel = clock.schedule(LOOK_MS, () => {
      look();
      deps.onChange();
      if (phase !== 'closed' && phase !== 'taken-up') keepLooking();
    });
  };
  const unsubscribe = runtime.subscribe(look);
  const close = () => {
    if (phase !== 'taken-up') phase = 'closed';
    cancel();
    unsubscribe();
  };
  keepLooking();
  look();

  return {
    state: () => {
      if (phase === 'taken-up') return undefined;
      const nowMs = clock.nowMs();
      const standing = standingOf(runtime, invitation, nowMs);
      if (standing === 'taken-up') return undefined;
      if (typeof standing === 'object')
        return { type: 'ended', ...standing, nowMs, clocks: clocksOf(runtime, nowMs) };
      return standing === 'ready' && tried !== undefined && tried.reason !== ''
        ? { type: 'refused', reason: tried.reason }
        : { type: standing };
    },
    close,
  };
}

/** How this node's clock stands to those of members whom it heard lately. */
export function clocksOf({ node }: NodeRuntime, nowMs: number): ClockComparison | undefined {
  const isWitness = (author: typeof node.self) => author !== node.self && isMember(node.view(), author);
  return compareClocks(node.book.all(), isWitness, nowMs);
}
