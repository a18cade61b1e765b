import { defineConfig } from 'vitest/config';

const conditions = ['@sdg/source', 'module', 'node', 'development|production'];

/**
 * One project's tests, run from source without a build: imports between packages resolve to `src`.
 * @param {string} name
 * @param {import('vitest/config').ViteUserConfig['test']} [test]
 */
export function defineProject(name, test = {}) {
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      include: ['src/**/*.test.ts'],
      environment: 'node',
      // No test is about time; on a loaded machine a whole second may go by between two lines.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      reporters: ['default', 'json'],
      outputFile: { json: 'test-results/results.json' },
      passWithNoTests: true,
      ...test,
    },
  });
}
