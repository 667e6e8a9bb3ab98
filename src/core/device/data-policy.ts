/** What the config of a device says of the data of its products (C8). */
export interface DataPolicy {
  /** The most that is copied before a trial. */
  readonly maxCopyBytes: number;
  /** The data of a product that gave way to another is kept aside, and is there again when the product is. */
  readonly keepsOthers: boolean;
  /** Where no copy can be made: the trial goes on all the same, and the data is cleared should it fail. */
  readonly mayBeCleared: boolean;
}

export const DEFAULT_DATA_POLICY: DataPolicy = {
  // A guess: in Chromium on two old cores it takes a screen without an app for some ten seconds (docs/adr/0017). More bears larger apps,
  // less keeps the pause short.
  maxCopyBytes: 512 * 1024 * 1024,
  keepsOthers: false,
  mayBeCleared: false,
};
