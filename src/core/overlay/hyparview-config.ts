/**
 * What of HyParView is set from outside. What no fleet would set otherwise stays beside the code: bounds against attacks, and the
 * roles of places (docs/adr/0016-configs-of-the-machines.md).
 */
export interface HyParViewConfig {
  /** Links that a node looks for inside its site and out of it, if it has a site. Together the active view, which is the fan-out too. */
  readonly activeView: { readonly near: number; readonly far: number };
  /** Links taken when dialled, low priority up to the first, high priority up to the second. */
  readonly maxLinks: { readonly low: number; readonly high: number };
  /** Places of the passive view, by how a node was heard of. */
  readonly passiveView: {
    readonly introduced: number;
    readonly linked: number;
    readonly near: number;
    readonly far: number;
  };
  /** Nodes in a shuffle, HyParView's ka and kp, and pauses between shuffles, doubled from the first to the longest, half more or less. */
  readonly shuffle: {
    readonly active: number;
    readonly passive: number;
    readonly firstMs: number;
    readonly mostMs: number;
  };
  /** A newcomer to a large fleet: whom it dials first, the walks that each of them starts, and how long it waits for what they bring. */
  readonly join: { readonly contacts: number; readonly walks: number; readonly waitMs: number };
  /** Pauses before a node is dialled again: after a failed dial, doubled; after a link broke; after it was dropped for want of a place. */
  readonly redial: {
    readonly leastMs: number;
    readonly mostMs: number;
    readonly brokenMs: number;
    readonly droppedMs: number;
  };
  /** The pause after which a node without neighbours dials one more beside those that have not answered. */
  readonly attemptDelayMs: number;
}

export const DEFAULT_HYPARVIEW_CONFIG: HyParViewConfig = {
  // HyParView's five for 10,000 nodes. A guess: two cross, so that one failure does not cut a node's ways out of its site.
  activeView: { near: 3, far: 2 },
  // A guess: room spares dropping links while a fleet starts.
  maxLinks: { low: 7, high: 9 },
  // HyParView's thirty; how they are shared out is a guess. At most two thirds can be filled by neighbours that lie.
  passiveView: { introduced: 8, linked: 6, near: 8, far: 8 },
  // HyParView's ka and kp. Guesses: a longer pause spares messages, a shorter one refreshes the passive view sooner; the first ones are
  // short, since a node that has found nobody of its site yet is cut off when the lines out of it are.
  shuffle: { active: 3, passive: 4, firstMs: 5_000, mostMs: 60_000 },
  // HyParView sends a walk to each neighbour of its one contact; with two contacts half of that is enough. A guess: the wait.
  join: { contacts: 2, walks: 2, waitMs: 2_000 },
  // Guesses: longer spares the signaling server, shorter heals sooner. After a break a little, so that two ends do not dial each other at once.
  redial: { leastMs: 1_000, mostMs: 30_000, brokenMs: 500, droppedMs: 60_000 },
  // A guess: as addresses are tried in RFC 8305, section 5. Longer spares dials where links are slow to open, shorter finds the one that
  // answers among many silent sooner.
  attemptDelayMs: 500,
};

export function activeViewSize({ activeView }: HyParViewConfig): number {
  return activeView.near + activeView.far;
}
