import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    globalSetup: ['test/conformance/build-tools.mjs', 'test/conformance/table/setup.ts'],
    watch: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
