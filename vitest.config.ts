import { defineConfig } from 'vitest/config';

const END_TO_END = {
  testTimeout: 180_000,
  hookTimeout: 120_000,
  // What a browser shows: vitest's own second is for values of this process.
  expect: { poll: { timeout: 60_000 } },
  // Several browsers share two cores with whatever else runs: a failure counts when it happens twice.
  retry: 1,
};

/** End-to-end tests that flood or measure: beside another file the two would time each other out. */
const KEEP_THE_MACHINE_BUSY = ['hostile-links', 'large-files', 'simulator', 'slow-link', 'torrents'].map(
  (name) => `e2e/${name}.e2e.ts`,
);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{src,signaling,cli,actors,demo,report,bench,nat-lab,packages,sim,tools}/**/*.test.{ts,tsx}',
          ],
          // Limits for what hangs, no measure of what is slow: a machine may have much else to do.
          testTimeout: 300_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 120_000 } },
        },
      },
      {
        test: {
          ...END_TO_END,
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          exclude: KEEP_THE_MACHINE_BUSY,
          // They mostly wait for what takes its time: on two cores four fifths of it is idle while one runs.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...END_TO_END,
          name: 'e2e-alone',
          include: KEEP_THE_MACHINE_BUSY,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
