import { natsFlags, withCluster } from '../cluster/nats-flags.js';
import { choice, defineCommand, type Flag, type Invocation, toggle } from '../command.js';

const clusterFlags = [
  choice('format', ['text', 'json'], 'status: for people or for programs', { default: 'text' }),
  toggle('watch', 'status: again every two seconds, until it is stopped'),
  toggle('replies', 'rm: the replies of all runs too; they will be paid for again'),
  ...natsFlags,
] as const satisfies readonly Flag[];

export type ClusterInvocation = Invocation<typeof clusterFlags>;

export default defineCommand({
  name: 'cluster',
  summary: 'look at runs on many machines, and remove them',
  usage: ['status [ADDRESS] [options]', 'rm RUN… [ADDRESS] [options]'],
  description:
    `status lists the runs at a NATS server (units that wait, that workers have in hand, that are answered) and the living ` +
    `workers (slots, calls in flight and a second, tries that failed, and what they wait for or refuse to serve). rm removes what ` +
    `a run has at the server; a run that came to its end has removed that itself, one that was stopped keeps it for the same ` +
    `command to go on from.

ADDRESS is nats://HOST:4222; by default what SDG_ON says, or this machine.`,
  flags: clusterFlags,
  positionals: { min: 1, name: 'WHAT', words: ['status', 'rm'] },
  examples: [
    ['sdg cluster status nats://queue:4222', 'runs and workers'],
    ['sdg cluster rm 1f0c9a7be2d4', 'forget a run that was stopped'],
  ],
  run: async (invocation) => (await withCluster(() => import('../cluster/run-cluster.js'))).runCluster(invocation),
});
