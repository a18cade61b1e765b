import type { Flag, Invocation } from '../command.js';
import { teacherFlags } from '../teacher-flags.js';

const names = [
  'teacher',
  'model',
  'model-family',
  'api',
  'api-key-file',
  'max-concurrency',
  'rpm',
  'tpm',
  'timeout',
  'give-up-after',
  'tls-ca',
  'tls-cert',
  'tls-key',
  'tls-insecure',
] as const;
type ServerFlag = Extract<(typeof teacherFlags)[number], { readonly name: (typeof names)[number] }>;

const isServerFlag = (flag: (typeof teacherFlags)[number]): flag is ServerFlag => (names as readonly string[]).includes(flag.name);

/** The flags of `sdg bench`. */
export const benchFlags = [
  ...teacherFlags.filter(isServerFlag),
  { name: 'rounds', value: 'N', type: 'integer', min: 1, default: '5', help: 'rounds over all settings' },
  { name: 'calls-per-slot', value: 'N', type: 'integer', min: 1, default: '4', help: 'calls of each round for each call in flight' },
  { name: 'max-tokens', value: 'N', type: 'integer', min: 1, default: '128', help: 'most tokens of a reply' },
  { name: 'json', value: 'FILE', help: 'write the report there as JSON too' },
  { name: 'compare', value: 'FILE', help: 'say what changed since an earlier report in JSON, beyond the noise of both' },
] as const satisfies readonly Flag[];

export type BenchInvocation = Invocation<typeof benchFlags>;
