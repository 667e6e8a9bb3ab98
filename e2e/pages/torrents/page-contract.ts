declare global {
  interface Window {
    acceptance: {
      /** Names of the cases by kit. */
      readonly names: Readonly<Record<string, readonly string[]>>;
      /** The error's text, or undefined when the case passes. */
      run(kit: string, at: number): Promise<string | undefined>;
      /** MiB/s of one bundle of one file between two nodes of the page, stores included. */
      measure(sizeBytes: number): Promise<number>;
      /** Keeps a file of that size, and tries one whose hash is not its own. */
      keepLarge(sizeBytes: number): Promise<{
        readonly isKept: boolean;
        readonly refusal: string;
        readonly threads: number;
        /** For how long the page's thread was not free at a time. */
        readonly longestBusyMs: number;
      }>;
    };
  }
}

export {};
