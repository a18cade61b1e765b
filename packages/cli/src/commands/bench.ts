import { defineCommand, type Flag, type Invocation, text, whole } from '../command.js';
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

const benchFlags = [
  ...teacherFlags.filter(isServerFlag),
  whole('rounds', 'N', 'rounds over all settings', { min: 1, default: '5' }),
  whole('calls-per-slot', 'N', 'calls of each round for each call in flight', { min: 1, default: '4' }),
  whole('max-tokens', 'N', 'most tokens of a reply', { min: 1, default: '128' }),
  text('json', 'FILE', 'write the report there as JSON too'),
  text('compare', 'FILE', 'say what changed since an earlier report in JSON, beyond the noise of both'),
] as const satisfies readonly Flag[];

export type BenchInvocation = Invocation<typeof benchFlags>;

export default defineCommand({
  name: 'bench',
  summary: 'find out how much load a teacher server takes',
  usage: ['--teacher URL [options] > report.md'],
  description:
    `Doubles the calls in flight until the server gets no faster, then measures each setting, and --concurrency auto among ` +
    `them, in several rounds. The report says how many calls and tokens a second come back, how long they take, and which ` +
    `setting to use.

It makes real calls and keeps none of the replies. With the defaults a server that gets no faster beyond 32 calls in flight ` +
    `gets about 5,000 of them; --rounds, --calls-per-slot and --max-concurrency make it fewer.`,
  flags: benchFlags,
  positionals: { max: 0, name: 'argument' },
  examples: [
    ['sdg bench -t http://localhost:8000/v1 > report.md', 'which --concurrency suits my server?'],
    ['sdg bench -t http://localhost:8000/v1 --json new.json --compare old.json', 'did the new version of the server help?'],
    ['sdg bench -t https://api.example.com/v1 --rounds 1 --max-concurrency 16', 'a quick look at a server that costs money'],
  ],
  run: async (invocation) => (await import('../bench/run-bench.js')).runBench(invocation),
});
