/**
 * Numbers that must never go back, each kept in several places that are lost separately: a browser may clear one, or a
 * disk bring back an old copy. A number that went back would sign a second entry under one sequence number, which is proof of a fork, or
 * let an old release in.
 */
export interface Counters {
  /** The highest that any place holds; 0 when none holds the name. */
  read(name: string): Promise<number>;
  /** Resolves once every place that works holds at least `value`. Rejects with StorageRefused when none does. */
  raise(name: string, value: number): Promise<void>;
}

/** One of the places. */
export interface CounterPlace {
  get(name: string): Promise<number | undefined>;
  put(name: string, value: number): Promise<void>;
}
