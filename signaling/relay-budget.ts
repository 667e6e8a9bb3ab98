import type { NodeId } from '../src/core/wire/encoding/ids.ts';

/** What relays may cost the server. All defaults are guesses for one small machine on a line of 100 Mbit/s. */
export interface RelayLimits {
  /** Both ends count. */
  readonly maxRelaySockets: number;
  /** Of one node of a room: a node keeps about a dozen links. */
  readonly maxRelaySocketsPerNode: number;
  /** Bytes a second that one node, one room and the whole server may send through; more is held back, not dropped. */
  readonly nodeBytesPerSecond: number;
  readonly roomBytesPerSecond: number;
  readonly serverBytesPerSecond: number;
  /** Beyond the rate, at once. */
  readonly burstSeconds: number;
  /** Within an hour; who has used it up is turned away until the hour is over. */
  readonly nodeBytesPerHour: number;
  readonly roomBytesPerHour: number;
  /** How long one end waits for the other. */
  readonly meetWithinMs: number;
}

export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  maxRelaySockets: 2_000,
  maxRelaySocketsPerNode: 16,
  nodeBytesPerSecond: 1024 * 1024,
  roomBytesPerSecond: 4 * 1024 * 1024,
  serverBytesPerSecond: 8 * 1024 * 1024,
  burstSeconds: 2,
  nodeBytesPerHour: 1024 * 1024 * 1024,
  roomBytesPerHour: 8 * 1024 * 1024 * 1024,
  meetWithinMs: 15_000,
};

const HOUR_MS = 60 * 60 * 1000;
/** A message costs at least this much: a flood of tiny ones costs the server more than its bytes. A guess. */
const MIN_COST_BYTES = 256;

export type Spending =
  /** `pauseMs` is how long nothing more should be read from who sent; 0: go on. */
  { readonly type: 'granted'; readonly pauseMs: number } | { readonly type: 'used-up' };

/** Keys and rooms are free to make: beyond this many accounts the oldest is forgotten, and with it what it has used. */
const MAX_ACCOUNTS = 20_000;

/** Bytes passed on, by node, by room and in all. */
export interface RelayBudget {
  spend(room: string, key: NodeId, sizeBytes: number, nowMs: number): Spending;
  /** True where not even a first byte is left in this hour. */
  isUsedUp(room: string, key: NodeId, nowMs: number): boolean;
  /** Forgets accounts whose hour is over; about once a second. */
  expire(nowMs: number): void;
  size(): number;
}

interface Account {
  /** Bytes beyond what the rate has allowed so far. */
  levelBytes: number;
  levelAtMs: number;
  readonly hourBeganMs: number;
  hourBytes: number;
}

export function createRelayBudget(limits: RelayLimits): RelayBudget {
  const accounts = new Map<string, Account>();
  const server: Account = newAccount(0);

  const accountOf = (name: string, nowMs: number): Account => {
    const known = accounts.get(name);
    if (known !== undefined && nowMs - known.hourBeganMs < HOUR_MS) return known;
    const account = newAccount(nowMs);
    accounts.delete(name);
    accounts.set(name, account);
    if (accounts.size > MAX_ACCOUNTS) accounts.delete(accounts.keys().next().value!);
    return account;
  };
  const hourBytes = (name: string, nowMs: number) => {
    const known = accounts.get(name);
    return known !== undefined && nowMs - known.hourBeganMs < HOUR_MS ? known.hourBytes : 0;
  };
  const nodeName = (room: string, key: NodeId) => `${room} ${key}`;

  /** A leaky bucket (ITU-T I.371): the level drains at the rate, and what is above the burst must wait. */
  const pour = (account: Account, bytesPerSecond: number, costBytes: number, nowMs: number): number => {
    const drained = ((nowMs - account.levelAtMs) / 1000) * bytesPerSecond;
    account.levelBytes = Math.max(0, account.levelBytes - Math.max(0, drained)) + costBytes;
    account.levelAtMs = nowMs;
    const overBytes = account.levelBytes - bytesPerSecond * limits.burstSeconds;
    return overBytes <= 0 ? 0 : (overBytes / bytesPerSecond) * 1000;
  };

  const isUsedUp = (room: string, key: NodeId, nowMs: number) =>
    hourBytes(nodeName(room, key), nowMs) >= limits.nodeBytesPerHour ||
    hourBytes(room, nowMs) >= limits.roomBytesPerHour;

  return {
    spend(room, key, sizeBytes, nowMs) {
      if (isUsedUp(room, key, nowMs)) return { type: 'used-up' };
      const costBytes = Math.max(sizeBytes, MIN_COST_BYTES);
      const node = accountOf(nodeName(room, key), nowMs);
      const whole = accountOf(room, nowMs);
      node.hourBytes += costBytes;
      whole.hourBytes += costBytes;
      const pauseMs = Math.max(
        pour(node, limits.nodeBytesPerSecond, costBytes, nowMs),
        pour(whole, limits.roomBytesPerSecond, costBytes, nowMs),
        pour(server, limits.serverBytesPerSecond, costBytes, nowMs),
      );
      return { type: 'granted', pauseMs };
    },
    isUsedUp,
    expire(nowMs) {
      for (const [name, { hourBeganMs }] of accounts)
        if (nowMs - hourBeganMs >= HOUR_MS) accounts.delete(name);
    },
    size: () => accounts.size,
  };
}

function newAccount(nowMs: number): Account {
  return { levelBytes: 0, levelAtMs: nowMs, hourBeganMs: nowMs, hourBytes: 0 };
}
