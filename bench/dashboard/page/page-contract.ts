import type { FleetOptions } from '../fleet.ts';

/** What one flush took, in ms: today's way and from scratch, on the same node after the same updates. */
export interface FlushTimes {
  readonly today: readonly number[];
  readonly fromScratch: readonly number[];
}

export type Occasion = 'updates' | 'config' | 'release';

declare global {
  interface Window {
    dashboardBench: {
      /** Makes the fleet; once. */
      prepare(options: FleetOptions): void;
      measureFlushes(options: {
        readonly occasion: Occasion;
        readonly flushes: number;
        /** How many of them are measured from scratch too. */
        readonly fromScratch: number;
      }): FlushTimes;
      /** With what React does of it and the layout that follows, while the dashboard shows `path`. */
      measurePage(options: {
        readonly path: string;
        readonly flushes: number;
        readonly fromScratch: number;
      }): Promise<FlushTimes>;
    };
  }
}
