import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,signaling,cli,bench,nat-lab,sim,tools}/**/*.test.{ts,tsx}'],
          // Limits for what hangs, no measure of what is slow: a machine may have much else to do.
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          // Browsers on two cores: files that run side by side would time each other out.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // What a browser shows: vitest's own second is for values of this process.
          expect: { poll: { timeout: 60_000 } },
          // Several browsers share two cores with whatever else runs: a failure counts when it happens twice.
          retry: 1,
        },
      },
    ],
  },
});
