import { defineConfig } from 'vitest/config';

/** Tests that put modules of their own in the place of others. */
const MOCKING = ['test/unit/synth/staging/staged-directory-race.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // By default one core of two is left idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // Loading the library takes as long as the tests themselves, so that files share what is loaded.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: MOCKING, isolate: false },
      },
      { extends: true, test: { name: 'mocking', include: MOCKING } },
    ],
  },
});
