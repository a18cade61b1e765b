import { defineProject } from '../vitest.shared.mjs';

export default defineProject('e2e', {
  include: ['*.test.ts', 'src/**/*.test.ts'],
  testTimeout: 120_000,
  hookTimeout: 240_000,
  globalSetup: '../tools/bundle/check-bundles.js',
});
