import type { Instant, MonotonicMs } from '../time/instant.ts';
import { endsAt, wallTimeOf } from '../time/kept-time.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import { type Ban, type KeptBans, MAX_BAN_REASON_CHARACTERS, MAX_BANS } from '../wire/kept/kept-bans.ts';

/**
 * Which nodes this one does not link with, and for how long (M12). A ban is this node's own experience and is told to nobody.
 * Attack: framing; were bans passed on, one liar would cut honest nodes off from the whole fleet.
 */
export interface Bans {
  /** Takes up what was kept before; no ban lasts longer from now on than it did when it began. Those that are in force. */
  restore(kept: KeptBans, now: Instant): readonly NodeId[];
  isBanned(peer: NodeId): boolean;
  /** Those in force, newest first, with their ends by the wall clock as it goes now. */
  inForce(now: Instant): readonly Ban[];
  /** To be kept, likewise. */
  kept(now: Instant): KeptBans;
  /** Bans it for longer than the last time. The nodes whose bans were forgotten to make room. */
  ban(peer: NodeId, reason: string, now: Instant): readonly NodeId[];
  /** Forgets it, and that there was one; false when there is none. */
  lift(peer: NodeId): boolean;
  /** Ends what is over by now; the nodes that may come back. */
  endDue(nowMs: MonotonicMs): readonly NodeId[];
  /** Undefined when none is in force. */
  nextEndMs(): MonotonicMs | undefined;
}

export interface BansConfig {
  /** The first ban, which each one more doubles. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Who kept quiet for so long after a ban begins at the first one again. */
  readonly forgottenMs: number;
}

/**
 * Guesses: longer spares what a bad node costs when it comes back, shorter lets an honest one back sooner that was broken for a while, or
 * whose key changed hands.
 */
export const DEFAULT_BANS_CONFIG: BansConfig = {
  firstMs: 3_600_000,
  longestMs: 7 * 24 * 3_600_000,
  forgottenMs: 7 * 24 * 3_600_000,
};

/** A ban with the end that counts in this run. */
type Sentence = Omit<Ban, 'untilMs'> & { readonly endMs: MonotonicMs };

export function createBans({ firstMs, longestMs, forgottenMs }: BansConfig): Bans {
  const lengthOf = (times: number) => Math.min(firstMs * 2 ** (times - 1), longestMs);
  /** Oldest first. */
  const records = new Map<NodeId, Sentence>();
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
    restore: (kept, now) => {
      revision = kept.revision;
      for (const { untilMs, ...ban } of kept.bans) {
        const endMs = endsAt(untilMs, lengthOf(ban.times), now);
        records.set(ban.peer, { ...ban, endMs });
        if (endMs > now.monotonicMs) banned.add(ban.peer);
      }
      return [...banned];
    },
    isBanned: (peer) => banned.has(peer),
    inForce: (now) =>
      Array.from(records.values())
        .filter(({ peer }) => banned.has(peer))
        .map((sentence) => tell(sentence, now))
        .reverse(),
    kept: (now) => ({ revision, bans: Array.from(records.values(), (sentence) => tell(sentence, now)) }),
    ban: (peer, reason, now) => {
      revision++;
      const times = (records.get(peer)?.times ?? 0) + 1;
      records.delete(peer);
      records.set(peer, {
        peer,
        reason: readable(reason),
        bannedAtMs: now.wallMs,
        endMs: now.monotonicMs + lengthOf(times),
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
    endDue: (nowMs) => {
      const ended = [...banned].filter((peer) => records.get(peer)!.endMs <= nowMs);
      for (const peer of ended) banned.delete(peer);
      const forgotten = [...records.values()].filter(({ endMs }) => endMs + forgottenMs <= nowMs);
      for (const { peer } of forgotten) records.delete(peer);
      if (ended.length + forgotten.length > 0) revision++;
      return ended;
    },
    nextEndMs: () => {
      const ends = Array.from(banned, (peer) => records.get(peer)!.endMs);
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
  };
}

function tell({ endMs, ...ban }: Sentence, now: Instant): Ban {
  return { ...ban, untilMs: wallTimeOf(endMs, now) };
}

/** Attack: the reason may quote what the peer sent, so it is cut to what a reader of the kept list takes (W3). */
function readable(reason: string): string {
  const short = reason.replace(/\p{Cc}/gu, ' ').slice(0, MAX_BAN_REASON_CHARACTERS);
  // A character outside the BMP may have been cut in half, which UTF-8 cannot hold.
  return short.replace(/[\uD800-\uDBFF]$/, '').trim() || 'it sent what had to be refused';
}
