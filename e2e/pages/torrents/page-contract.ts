declare global {
  interface Window {
    acceptance: {
      /** Names of the cases by kit. */
      readonly names: Readonly<Record<string, readonly string[]>>;
      /** The error's text, or undefined when the case passes. */
      run(kit: string, at: number): Promise<string | undefined>;
      /** MiB/s of one bundle of one file between two nodes of the page, stores included. */
      measure(sizeBytes: number): Promise<number>;
    };
  }
}

export {};
