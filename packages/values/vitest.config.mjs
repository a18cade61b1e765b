import { defineProject } from '../../vitest.shared.mjs';

export default defineProject('values');
