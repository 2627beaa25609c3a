import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    testTimeout: 30_000,
    // By default one core of two is left idle.
    maxWorkers: '100%',
  },
});
