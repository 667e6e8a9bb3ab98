import type { EntryId } from '../../src/core/wire/encoding/ids.ts';

/** One way to find out what two sets of ids differ in. */
export interface Method {
  readonly name: string;
  /** Measured on each pair of sets: more than one where chance of the method's own, as a key made for the session, decides. */
  readonly sessions: number;
  /** Makes both ends' sets ready: what a node does as its ledger grows, before any link. */
  prepare(a: readonly EntryId[], b: readonly EntryId[]): PreparedPair | Promise<PreparedPair>;
}

export interface PreparedPair {
  /** Both ends until each knows, or has been sent, all that it lacks. */
  reconcile(): Outcome | Promise<Outcome>;
}

export interface Outcome {
  /** Of all frames in both directions, without entries. */
  readonly bytes: number;
  /** Longest chain of frames that wait for each other, the greetings that cross included. */
  readonly halfTrips: number;
  /** True where the first half trip is a greeting of both ends at once, which no end has to wait for. */
  readonly greets: boolean;
  readonly onlyA: number;
  readonly onlyB: number;
}

/** Type, length and flags of a frame, for methods that say nothing of frames: what ours takes for the same. */
export const FRAME_HEAD_BYTES = 10;
