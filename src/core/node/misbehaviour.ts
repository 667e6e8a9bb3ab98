import type { Instant } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Ban, KeptBans } from '../wire/kept/kept-bans.ts';
import { type BansConfig, createBans, DEFAULT_BANS_CONFIG } from './bans.ts';
import type { NodeEffect } from './effect.ts';
import { createStrikes, DEFAULT_STRIKES_CONFIG, type StrikesConfig } from './strikes.ts';

/** What a neighbour's refused frames, entries and statements come to: an alarm, a strike, and of enough strikes a ban (M6, M7, M12). */
export interface Misbehaviour {
  /** The bans in force, newest first. */
  inForce(now: Instant): readonly Ban[];
  isBanned(peer: NodeId): boolean;
  /** What was kept before, told once and before any link is up. */
  restore(kept: KeptBans, now: Instant): readonly MisbehaviourEffect[];
  onRefused(peer: NodeId, reason: string, subject: string, now: Instant): readonly MisbehaviourEffect[];
  /** A person takes a ban back. */
  lift(peer: NodeId, now: Instant): readonly MisbehaviourEffect[];
  handleTimer(now: Instant): readonly MisbehaviourEffect[];
}

export type MisbehaviourEffect =
  | NodeEffect
  | { readonly type: 'peer-banned'; readonly peer: NodeId }
  | { readonly type: 'ban-ended'; readonly peer: NodeId };

/** A guess: bans are kept this long after the first change, so that many at once are one write; a crash forgets at most so much. */
const KEEP_MS = 1_000;

export interface MisbehaviourConfig {
  readonly strikes: StrikesConfig;
  readonly bans: BansConfig;
}

export const DEFAULT_MISBEHAVIOUR_CONFIG: MisbehaviourConfig = {
  strikes: DEFAULT_STRIKES_CONFIG,
  bans: DEFAULT_BANS_CONFIG,
};

export function createMisbehaviour(config: MisbehaviourConfig = DEFAULT_MISBEHAVIOUR_CONFIG): Misbehaviour {
  const strikes = createStrikes(config.strikes);
  const bans = createBans(config.bans);
  /** Something changed since bans were kept last. */
  let unkept = false;

  const endOf = (peer: NodeId): MisbehaviourEffect => ({ type: 'ban-ended', peer });

  const look = (now: Instant): readonly MisbehaviourEffect[] => {
    const endMs = bans.nextEndMs();
    if (!unkept && endMs === undefined) return [];
    const delayMs = unkept ? KEEP_MS : Math.max(1, endMs! - now.monotonicMs);
    return [{ type: 'schedule-timer', timer: 'bans', delayMs }];
  };

  const ban = (peer: NodeId, reason: string, now: Instant): readonly MisbehaviourEffect[] => {
    const forgotten = bans.ban(peer, reason, now);
    const isKeptSoon = unkept;
    unkept = true;
    return [{ type: 'peer-banned', peer }, ...forgotten.map(endOf), ...(isKeptSoon ? [] : look(now))];
  };

  return {
    inForce: bans.inForce,
    isBanned: bans.isBanned,
    restore: (kept, now) => [
      ...bans.restore(kept, now).map((peer): MisbehaviourEffect => ({ type: 'peer-banned', peer })),
      ...look(now),
    ],
    onRefused: (peer, reason, subject, now) => {
      // What was on its way when the ban came says nothing new.
      if (bans.isBanned(peer)) return [];
      const effects: MisbehaviourEffect[] = [
        { type: 'report', event: { type: 'peer-refused', peer, reason, subject } },
      ];
      if (strikes.alarmDue(now.monotonicMs))
        effects.push({ type: 'sign-statement', content: { type: 'alarm', reason, subject } });
      if (strikes.strike(peer, now.monotonicMs)) effects.push(...ban(peer, reason, now));
      return effects;
    },
    lift: (peer, now) => {
      strikes.forgive(peer);
      if (!bans.lift(peer)) return [];
      return [endOf(peer), { type: 'keep-bans', kept: bans.kept(now) }];
    },
    handleTimer: (now) => {
      const ended = bans.endDue(now.monotonicMs);
      const effects: MisbehaviourEffect[] = ended.map(endOf);
      if (unkept || ended.length > 0) effects.push({ type: 'keep-bans', kept: bans.kept(now) });
      unkept = false;
      return [...effects, ...look(now)];
    },
  };
}
