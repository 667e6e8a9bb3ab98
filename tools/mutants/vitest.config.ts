import { defineConfig } from 'vitest/config';

/** The unit tests that say something of the code that is changed, without whole fleets in virtual time. */
export default defineConfig({
  test: {
    include: (process.env.MUTANTS_TESTS ?? '{src,signaling,cli,sim,tools}/**/*.test.{ts,tsx}').split(' '),
    exclude: ['**/node_modules/**', 'sim/gates.test.ts'],
  },
});
