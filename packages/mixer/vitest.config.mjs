import { defineProject } from '../../vitest.shared.mjs';

// Thousands of random cases and many real files: on a busy machine that takes longer than the default allows.
export default defineProject('mixer', { testTimeout: 60_000 });
