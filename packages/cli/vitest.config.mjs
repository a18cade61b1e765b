import { defineProject } from '../../vitest.shared.mjs';

export default defineProject('cli', { testTimeout: 30_000 });
