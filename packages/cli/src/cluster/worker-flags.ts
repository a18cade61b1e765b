import type { Flag, Invocation } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';
import { teacherFlags } from '../teacher-flags.js';
import { natsFlags } from './nats-flags.js';

/** What a run decides for all its workers. */
const OF_THE_RUN = ['redo-truncated', 'replay', 'price', 'max-cost', 'max-tokens-total', 'no-cache'];
type OfTheRun = 'redo-truncated' | 'replay' | 'price' | 'max-cost' | 'max-tokens-total' | 'no-cache';
type WorkerTeacherFlag = Exclude<(typeof teacherFlags)[number], { readonly name: OfTheRun }>;

/** The flags of `sdg worker`. */
export const workerFlags = [
  ...teacherFlags.filter((flag): flag is WorkerTeacherFlag => !OF_THE_RUN.includes(flag.name)),
  ...embedderFlags,
  { name: 'plugin', value: 'FILE', multiple: true, help: 'module with blocks of your own: the same at every worker' },
  { name: 'name', value: 'NAME', default: 'the name of the machine, with some letters to it', help: 'how sdg cluster status calls it' },
  {
    name: 'metrics',
    value: 'PORT',
    type: 'integer',
    min: 0,
    help: 'serve metrics for Prometheus on 127.0.0.1 while it works; 0: any free port',
    more: 'The same as those of sdg-run, of what this worker did.',
  },
  ...natsFlags,
] as const satisfies readonly Flag[];

export type WorkerInvocation = Invocation<typeof workerFlags>;
