import type { Flag, Invocation } from '../command.js';
import { settingFlags, teacherFlags } from '../teacher-flags.js';

/** The flags of `sdg-run`. */
export const runFlags = [
  ...teacherFlags,
  ...settingFlags,
  { name: 'rejects', value: 'FILE', help: 'write every rejected sample with block, reason and raw reply, as NDJSON' },
  { name: 'run-dir', value: 'DIR', help: 'keep a record of the run: settings, ledger, timings of calls' },
  { name: 'resume', help: 'with --run-dir: repeat the recorded run, or say what changed' },
  { name: 'check', help: 'check the pipeline and stop: exit 0 or 2' },
  { name: 'plan', help: 'print the compiled graph and the estimated calls, tokens and time, and stop' },
  { name: 'sample', value: 'N', type: 'integer', min: 1, help: 'with --plan: run N seeds for real and extrapolate' },
  { name: 'plugin', value: 'FILE', multiple: true, help: 'module with blocks or chat templates of your own' },
  { name: 'output-dir', value: 'DIR', help: 'eval pipeline: write lm-evaluation-harness files there' },
  { name: 'skip-bad-lines', help: 'reject input lines that are not JSON objects, on record, and go on' },
  { name: 'unordered', help: 'write samples as they finish, not in input order' },
] as const satisfies readonly Flag[];

export type RunInvocation = Invocation<typeof runFlags>;
