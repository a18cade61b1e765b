import type { Flag, Invocation } from '../command.js';
import { natsFlags } from './nats-flags.js';

/** The flags of `sdg cluster`. */
export const clusterFlags = [
  { name: 'format', value: 'text|json', choices: ['text', 'json'], default: 'text', help: 'status: for people or for programs' },
  { name: 'watch', help: 'status: again every two seconds, until it is stopped' },
  { name: 'replies', help: 'rm: the replies of all runs too; they will be paid for again' },
  ...natsFlags,
] as const satisfies readonly Flag[];

export type ClusterInvocation = Invocation<typeof clusterFlags>;
