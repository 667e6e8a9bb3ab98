import type { MonotonicMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';

/** Counts what peers sent that had to be refused. */
export interface Strikes {
  /** True when this strike bans the peer. */
  strike(peer: NodeId, nowMs: MonotonicMs): boolean;
  forgive(peer: NodeId): void;
  /** True at most once in a while: alarms are broadcast, so one bad peer must not turn us into an amplifier. */
  alarmDue(nowMs: MonotonicMs): boolean;
}

export interface StrikesConfig {
  /** So many ban. */
  readonly ban: number;
  /** Counted from the first; when it is as long ago they are forgiven. */
  readonly forgivenMs: number;
}

/** Guesses: an honest peer of another version may send a few entries that are refused here; a flood is banned within one batch. */
export const DEFAULT_STRIKES_CONFIG: StrikesConfig = { ban: 8, forgivenMs: 600_000 };

/** A guess: nodes whose strikes are counted, those struck first are forgotten first. Attack: keys are free to make. */
const MAX_COUNTED = 1_024;
/** A guess. */
const ALARM_PAUSE_MS = 1_000;

export function createStrikes({ ban, forgivenMs }: StrikesConfig): Strikes {
  const counts = new Map<NodeId, { count: number; sinceMs: number }>();
  let lastAlarmMs = Number.NEGATIVE_INFINITY;
  return {
    strike: (peer, nowMs) => {
      const known = counts.get(peer);
      const record = known && nowMs - known.sinceMs < forgivenMs ? known : { count: 0, sinceMs: nowMs };
      record.count++;
      if (record.count >= ban) {
        counts.delete(peer);
        return true;
      }
      counts.set(peer, record);
      const oldest = counts.size > MAX_COUNTED ? counts.keys().next().value : undefined;
      if (oldest !== undefined) counts.delete(oldest);
      return false;
    },
    forgive: (peer) => void counts.delete(peer),
    alarmDue: (nowMs) => {
      if (nowMs - lastAlarmMs < ALARM_PAUSE_MS) return false;
      lastAlarmMs = nowMs;
      return true;
    },
  };
}
