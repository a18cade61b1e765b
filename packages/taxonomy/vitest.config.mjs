import { defineProject } from '../../vitest.shared.mjs';

// Tests run git, which is slow on a machine that is busy.
export default defineProject('taxonomy', { testTimeout: 30_000 });
