import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const packages = [
  'values',
  'core',
  'python',
  'config',
  'similarity',
  'blocks',
  'teacher',
  'offline',
  'local',
  'documents',
  'taxonomy',
  'pipeline',
  'session',
  'cluster',
  'report',
  'mixer',
];

/** Which package may import which, one row a package; ARCHITECTURE.md says what each holds. */
const mayImport = {
  values: [],
  core: ['values'],
  python: [],
  config: ['values', 'python'],
  similarity: ['values'],
  blocks: ['core', 'config', 'python', 'similarity'],
  teacher: ['core', 'python'],
  offline: ['core'],
  local: ['core'],
  documents: ['values'],
  taxonomy: ['values', 'config', 'documents'],
  pipeline: ['core', 'config'],
  session: ['core', 'pipeline', 'teacher', 'offline', 'local'],
  cluster: ['core', 'pipeline', 'session'],
  report: ['core'],
  mixer: ['values', 'core', 'config', 'similarity'],
  testing: ['core'],
  data: [],
  cli: [...packages, 'data'],
  tool: [...packages, 'cli', 'data', 'testing'],
  e2e: [...packages, 'cli', 'data', 'testing', 'tool'],
};
/**
 * Contract tests of `testing` serve the tests of every package, never its sources; compiler and session are tested with the real
 * catalogue.
 */
const testsOf = {
  testing: [],
  pipeline: ['testing', 'blocks', 'offline'],
  session: ['testing', 'blocks'],
  cluster: ['testing', 'blocks', 'offline'],
};
const withTesting = (scope) => testsOf[scope] ?? ['testing'];

const boundaries = (extra = () => []) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: ['../../vitest.shared.mjs', '../vitest.shared.mjs'],
    // A command imports a package lazily where only some of its ways need it: the start must be quick.
    checkDynamicDependenciesExceptions: ['.*'],
    depConstraints: Object.entries(mayImport).map(([scope, allowed]) => ({
      sourceTag: `scope:${scope}`,
      onlyDependOnLibsWithTags: [scope, ...allowed, ...extra(scope)].map((name) => `scope:${name}`),
    })),
  },
];

export default tseslint.config(
  // AssemblyScript looks like TypeScript, and is checked by its own compiler.
  {
    ignores: [
      'packages/*/assembly/**',
      '**/dist/**',
      '**/out-tsc/**',
      '**/node_modules/**',
      '**/test-results/**',
      '.nx/**',
      'demo-output/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-console': 'error',
      // Files and replies have control characters in them, and patterns here look for them.
      'no-control-regex': 'off',
      complexity: ['error', 15],
      'max-len': ['error', { code: 140, ignoreRegExpLiterals: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      curly: ['error', 'multi-line'],
    },
  },
  {
    files: ['**/*.test.ts', '**/test-support/**'],
    rules: { '@nx/enforce-module-boundaries': boundaries(withTesting) },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
);
