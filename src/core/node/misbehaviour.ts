import type { NodeId } from '../wire/encoding/ids.ts';
import type { Ban, KeptBans } from '../wire/kept/kept-bans.ts';
import { createBans } from './bans.ts';
import type { NodeEffect } from './effect.ts';
import { createStrikes } from './strikes.ts';

/** What a neighbour's refused frames, entries and statements come to: an alarm, a strike, and of enough strikes a ban (M6, M7, M12). */
export interface Misbehaviour {
  /** The bans in force, newest first. */
  inForce(): readonly Ban[];
  isBanned(peer: NodeId): boolean;
  /** What was kept before, told once and before any link is up. */
  restore(kept: KeptBans, nowMs: number): readonly MisbehaviourEffect[];
  onRefused(peer: NodeId, reason: string, subject: string, nowMs: number): readonly MisbehaviourEffect[];
  /** A person takes a ban back. */
  lift(peer: NodeId): readonly MisbehaviourEffect[];
  handleTimer(nowMs: number): readonly MisbehaviourEffect[];
}

export type MisbehaviourEffect =
  | NodeEffect
  | { readonly type: 'peer-banned'; readonly peer: NodeId }
  | { readonly type: 'ban-ended'; readonly peer: NodeId };

/** A guess: bans are kept this long after the first change, so that many at once are one write; a crash forgets at most so much. */
const KEEP_MS = 1_000;

export function createMisbehaviour(): Misbehaviour {
  const strikes = createStrikes();
  const bans = createBans();
  /** Something changed since bans were kept last. */
  let unkept = false;

  const endOf = (peer: NodeId): MisbehaviourEffect => ({ type: 'ban-ended', peer });

  const look = (nowMs: number): readonly MisbehaviourEffect[] => {
    const endMs = bans.nextEndMs();
    if (!unkept && endMs === undefined) return [];
    const delayMs = unkept ? KEEP_MS : Math.max(1, endMs! - nowMs);
    return [{ type: 'schedule-timer', timer: 'bans', delayMs }];
  };

  const ban = (peer: NodeId, reason: string, nowMs: number): readonly MisbehaviourEffect[] => {
    const forgotten = bans.ban(peer, reason, nowMs);
    const isKeptSoon = unkept;
    unkept = true;
    return [{ type: 'peer-banned', peer }, ...forgotten.map(endOf), ...(isKeptSoon ? [] : look(nowMs))];
  };

  return {
    inForce: bans.inForce,
    isBanned: bans.isBanned,
    restore: (kept, nowMs) => [
      ...bans.restore(kept, nowMs).map((peer): MisbehaviourEffect => ({ type: 'peer-banned', peer })),
      ...look(nowMs),
    ],
    onRefused: (peer, reason, subject, nowMs) => {
      // What was on its way when the ban came says nothing new.
      if (bans.isBanned(peer)) return [];
      const effects: MisbehaviourEffect[] = [
        { type: 'report', event: { type: 'peer-refused', peer, reason, subject } },
      ];
      if (strikes.alarmDue(nowMs))
        effects.push({ type: 'sign-statement', content: { type: 'alarm', reason, subject } });
      if (strikes.strike(peer, nowMs)) effects.push(...ban(peer, reason, nowMs));
      return effects;
    },
    lift: (peer) => {
      strikes.forgive(peer);
      if (!bans.lift(peer)) return [];
      return [endOf(peer), { type: 'keep-bans', kept: bans.kept() }];
    },
    handleTimer: (nowMs) => {
      const ended = bans.endDue(nowMs);
      const effects: MisbehaviourEffect[] = ended.map(endOf);
      if (unkept || ended.length > 0) effects.push({ type: 'keep-bans', kept: bans.kept() });
      unkept = false;
      return [...effects, ...look(nowMs)];
    },
  };
}
