import type { Flag, Invocation } from '../command.js';
import { settingFlags, teacherFlags } from '../teacher-flags.js';

/** The flags of `sdg config`: those that it shows, so that a command line can be tried, and the form. */
export const configCommandFlags = [
  ...teacherFlags,
  ...settingFlags,
  { name: 'json', help: 'one JSON object, for programs' },
] as const satisfies readonly Flag[];

export type ConfigInvocation = Invocation<typeof configCommandFlags>;
