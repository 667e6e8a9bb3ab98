/**
 * What the releases of a product keep on the app origin, and copies of it. Nothing of a release is open while one of these is under way;
 * they are asked for one after another. All reject, in words for an operator, when they could not be done.
 */
export interface ReleaseData {
  /** Copies all that lies there, in place of an older copy of the product; at most `maxBytes`, as the browser counts what an origin keeps. */
  copy(product: string, maxBytes: number): Promise<void>;
  /** There lies what was copied of the product, and nothing else. The copy stays. May be done again when it was broken off. */
  restore(product: string): Promise<void>;
  /** Nothing lies there. */
  clear(): Promise<void>;
  /** Drops the copies of all other products. */
  retainCopies(products: ReadonlySet<string>): Promise<void>;
}

/** The app origin said nothing at all. */
export class AppOriginSilent extends Error {
  override readonly name = 'AppOriginSilent';
}
