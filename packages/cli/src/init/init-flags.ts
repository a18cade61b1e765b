import type { Flag, Invocation } from '../command.js';
import { teacherFlags } from '../teacher-flags.js';

/** The flags of `sdg init`. */
export const initFlags = [
  {
    name: 'from',
    value: 'DOCS',
    multiple: true,
    help: 'with knowledge: draft the seed examples from these documents (a folder or files), by the teacher',
  },
  { name: 'domain', value: 'TEXT', help: 'with --from: what the documents are about' },
  { name: 'force', help: 'write over files that are there' },
  ...teacherFlags,
] as const satisfies readonly Flag[];

export type InitInvocation = Invocation<typeof initFlags>;
