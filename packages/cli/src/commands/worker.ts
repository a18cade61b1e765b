import { natsFlags, withCluster } from '../cluster/nats-flags.js';
import { defineCommand, type Flag, type Invocation, text, whole } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';
import { teacherFlags } from '../teacher-flags.js';

/** What a run decides for all its workers. */
const OF_THE_RUN = ['redo-truncated', 'replay', 'price', 'max-cost', 'max-tokens-total', 'no-cache'];
type OfTheRun = 'redo-truncated' | 'replay' | 'price' | 'max-cost' | 'max-tokens-total' | 'no-cache';
type WorkerTeacherFlag = Exclude<(typeof teacherFlags)[number], { readonly name: OfTheRun }>;

const workerFlags = [
  ...teacherFlags.filter((flag): flag is WorkerTeacherFlag => !OF_THE_RUN.includes(flag.name)),
  ...embedderFlags,
  text('plugin', 'FILE', 'module with blocks of your own: the same at every worker', { multiple: true }),
  text('name', 'NAME', 'how sdg cluster status calls it', { default: 'the name of the machine, with some letters to it' }),
  whole('metrics', 'PORT', 'serve metrics for Prometheus on 127.0.0.1 while it works; 0: any free port', {
    min: 0,
    max: 65535,
    more: 'The same as those of sdg-run, of what this worker did.',
  }),
  ...natsFlags,
] as const satisfies readonly Flag[];

export type WorkerInvocation = Invocation<typeof workerFlags>;

export default defineCommand({
  name: 'worker',
  summary: 'make calls for runs on many machines (sdg-run --on)',
  usage: ['[ADDRESS] [options]'],
  description:
    `Serves every run that is carried out at this NATS server, with its own teacher, limits and keys, until it is stopped. ` +
    `What says something about the rows (model, API, thinking) comes from the run where it is given there. Replies are shared ` +
    `with the other workers, and kept in the call cache of this machine, too.

Workers may come and go at any time: what one has in hand when it dies is given to another, and rows stay the same. Ctrl-C lets ` +
    `calls in flight end and gives the rest back. Exit code 3: its teacher cannot go on, and other workers do.

ADDRESS is nats://HOST:4222; by default what SDG_ON says, where no list of processes shows a password in it.`,
  flags: workerFlags,
  positionals: { max: 1, name: 'ADDRESS' },
  examples: [
    ['sdg worker nats://queue:4222 --teacher http://localhost:8000/v1', 'on every machine that has a server'],
    ['sdg worker nats://127.0.0.1:4222 --teacher offline', 'try it out on one machine'],
  ],
  run: async (invocation) => (await withCluster(() => import('../cluster/run-worker.js'))).serveRuns(invocation),
});
