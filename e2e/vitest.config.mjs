import { defineProject } from '../vitest.shared.mjs';

export default defineProject('e2e', {
  include: ['*.test.ts', 'src/**/*.test.ts'],
  testTimeout: 120_000,
  hookTimeout: 240_000,
  // Half of each test is waiting for a program to start or a server to answer.
  maxWorkers: 3,
  globalSetup: '../tools/bundle/check-bundles.js',
});
