import type { NodeId } from '../wire/encoding/ids.ts';
import { type Ban, type KeptBans, MAX_BAN_REASON_CHARACTERS, MAX_BANS } from '../wire/kept/kept-bans.ts';

/**
 * Which nodes this one does not link with, and for how long (M12). A ban is this node's own experience and is told to nobody.
 * Attack: framing; were bans passed on, one liar would cut honest nodes off from the whole fleet.
 */
export interface Bans {
  /** Takes up what was kept before. Those that are in force. */
  restore(kept: KeptBans, nowMs: number): readonly NodeId[];
  isBanned(peer: NodeId): boolean;
  /** Those in force, newest first. */
  inForce(): readonly Ban[];
  /** To be kept. */
  kept(): KeptBans;
  /** Bans it for longer than the last time. The nodes whose bans were forgotten to make room. */
  ban(peer: NodeId, reason: string, nowMs: number): readonly NodeId[];
  /** Forgets it, and that there was one; false when there is none. */
  lift(peer: NodeId): boolean;
  /** Ends what is over by now; the nodes that may come back. */
  endDue(nowMs: number): readonly NodeId[];
  /** Undefined when none is in force. */
  nextEndMs(): number | undefined;
}

/**
 * Guesses: the first ban, which each one more doubles, and the longest. Longer spares what a bad node costs when it comes back,
 * shorter lets an honest one back sooner that was broken for a while, or whose key changed hands.
 */
const FIRST_BAN_MS = 3_600_000;
const LONGEST_BAN_MS = 7 * 24 * 3_600_000;
/** A guess: who kept quiet for so long after a ban begins at the first one again. */
const FORGOTTEN_MS = LONGEST_BAN_MS;

export function createBans(): Bans {
  /** Oldest first. */
  const records = new Map<NodeId, Ban>();
  const banned = new Set<NodeId>();
  let revision = 0;

  const makeRoom = (): NodeId[] => {
    const freed: NodeId[] = [];
    while (records.size > MAX_BANS) {
      const ended = [...records.keys()].find((peer) => !banned.has(peer));
      const victim = ended ?? records.keys().next().value!;
      records.delete(victim);
      if (banned.delete(victim)) freed.push(victim);
    }
    return freed;
  };

  return {
    restore: (kept, atMs) => {
      revision = kept.revision;
      for (const ban of kept.bans) {
        // The wall clock may have jumped back since: no ban lasts longer than the longest.
        const untilMs = Math.min(ban.untilMs, atMs + LONGEST_BAN_MS);
        records.set(ban.peer, { ...ban, untilMs });
        if (untilMs > atMs) banned.add(ban.peer);
      }
      return [...banned];
    },
    isBanned: (peer) => banned.has(peer),
    inForce: () => [...records.values()].filter(({ peer }) => banned.has(peer)).reverse(),
    kept: () => ({ revision, bans: [...records.values()] }),
    ban: (peer, reason, atMs) => {
      revision++;
      const times = (records.get(peer)?.times ?? 0) + 1;
      const lengthMs = Math.min(FIRST_BAN_MS * 2 ** (times - 1), LONGEST_BAN_MS);
      records.delete(peer);
      records.set(peer, {
        peer,
        reason: readable(reason),
        bannedAtMs: atMs,
        untilMs: atMs + lengthMs,
        times,
      });
      banned.add(peer);
      return makeRoom();
    },
    lift: (peer) => {
      banned.delete(peer);
      if (!records.delete(peer)) return false;
      revision++;
      return true;
    },
    endDue: (atMs) => {
      const ended = [...banned].filter((peer) => records.get(peer)!.untilMs <= atMs);
      for (const peer of ended) banned.delete(peer);
      const forgotten = [...records.values()].filter(({ untilMs }) => untilMs + FORGOTTEN_MS <= atMs);
      for (const { peer } of forgotten) records.delete(peer);
      if (ended.length + forgotten.length > 0) revision++;
      return ended;
    },
    nextEndMs: () => {
      const ends = Array.from(banned, (peer) => records.get(peer)!.untilMs);
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
  };
}

/** Attack: the reason may quote what the peer sent, so it is cut to what a reader of the kept list takes (W3). */
function readable(reason: string): string {
  const short = reason.replace(/\p{Cc}/gu, ' ').slice(0, MAX_BAN_REASON_CHARACTERS);
  // A character outside the BMP may have been cut in half, which UTF-8 cannot hold.
  return short.replace(/[\uD800-\uDBFF]$/, '').trim() || 'it sent what had to be refused';
}
