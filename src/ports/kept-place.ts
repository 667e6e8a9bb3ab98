/**
 * One of several places that are lost apart from each other: a browser may clear one, or a disk bring back an old copy. Keeps small texts
 * by name for what must never go back; whoever reads takes the highest of all places.
 */
export interface KeptPlace {
  /** As it was put last; undefined when nothing is kept under the name. Rejects when the place cannot be read. */
  get(name: string): Promise<string | undefined>;
  /** Replaces what is kept under the name. Rejects when the place takes nothing. */
  put(name: string, text: string): Promise<void>;
}
