import type { Flag, Invocation } from '../command.js';
import { teacherFlags } from '../teacher-flags.js';

/** The flags of `sdg doctor`: those of the teacher to look at, and the form. */
export const doctorFlags = [
  ...teacherFlags,
  { name: 'no-call', help: 'ask the teacher for nothing that costs money' },
  { name: 'json', help: 'one JSON object a finding, for programs' },
] as const satisfies readonly Flag[];

export type DoctorInvocation = Invocation<typeof doctorFlags>;
