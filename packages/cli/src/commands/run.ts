import { defineCommand, type Flag, type Invocation, text, toggle, whole } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';
import { natsFlags } from '../cluster/nats-flags.js';
import { settingFlags, teacherFlags } from '../teacher-flags.js';

const runFlags = [
  ...teacherFlags,
  ...embedderFlags,
  ...settingFlags,
  whole('num-outputs', 'N', 'go on until N samples are accepted in all, and stop', {
    min: 1,
    more:
      'Seed samples go through the pipeline again and again, leaf by leaf in turn, each leaf with an equal share of N; ' +
      'accepted samples may serve as examples. Samples of a task may ask for a number themselves; without one every seed ' +
      'sample goes through once.',
  }),
  whole('num-outputs-per-leaf', 'N', 'the same, N samples for each leaf or task', { min: 1 }),
  whole('max-stalled-attempts', 'N', 'give a leaf up after N attempts in a row without a new sample', {
    min: 1,
    default: '100, or what the task says',
  }),
  whole('attempts-ahead', 'N', 'attempts under way at once, at most', {
    min: 1,
    default: '64',
    more:
      'An attempt sees as examples what was accepted before it began, so output depends on this number; it does not depend on ' +
      'the concurrency.',
  }),
  text('config', 'FILE', 'change blocks of the pipeline by name: provider, model, sampling, prompts', {
    more:
      'YAML; blocks: {gen_answers: {gen_kwargs: {temperature: 0.7}}} sets members of configs, * in a name stands for any ' +
      'letters; teachers: {judge: {url: …, model: …, api_key_env: …}} with teacher: judge at a block asks another server; ' +
      'teacher_config names a folder or file of prompts.',
  }),
  text('rejects', 'FILE', 'write every rejected sample with block, reason and raw reply, as NDJSON'),
  text('run-dir', 'DIR', 'keep a record of the run: settings, ledger, timings of calls'),
  toggle('resume', 'with --run-dir: repeat the recorded run, or say what changed'),
  toggle('check', 'check the pipeline and stop: exit 0 or 2'),
  toggle('plan', 'print the compiled graph and the estimated calls, tokens and time, and stop'),
  whole('sample', 'N', 'with --plan: run N seeds for real and extrapolate', { min: 1, needs: 'plan' }),
  whole('preview', 'N', 'send N seeds all the way, print rows and losses to read, what the whole would cost, and stop', {
    min: 1,
    more:
      'Seeds of all leaves in turn. Every row, and every sample that was lost, with why, what was asked and what came back; ' +
      'the columns in figures; the whole run estimated. The calls stay in the cache, so that a run does not pay them again.',
  }),
  toggle('mermaid', 'with --plan: print the graph as a Mermaid flowchart and nothing else', { needs: 'plan' }),
  whole('metrics', 'PORT', 'serve metrics for Prometheus on 127.0.0.1 while the run goes on; 0: any free port', {
    min: 0,
    max: 65535,
    more:
      'At /metrics: samples by block and fate, calls, tokens, slots, queue. deploy/grafana.json is a dashboard for Grafana. ' +
      'OpenTelemetry is asked for by its own variables: OTEL_EXPORTER_OTLP_ENDPOINT and so on.',
  }),
  text('plugin', 'FILE', 'module with blocks or chat templates of your own', { multiple: true }),
  text('output-dir', 'DIR', 'eval pipeline: write lm-evaluation-harness files there'),
  toggle('skip-bad-lines', 'reject input lines that are not JSON objects, on record, and go on'),
  text('shard', 'I/N|auto[/N]', 'run the I-th of N parts of the input; sdg merge puts the outputs together', {
    more:
      'Every shard is given the whole input and takes its own part: whole leaves where the pipeline compares samples of a ' +
      'leaf, single seeds otherwise, evenly by the calls that they take. Merged, the rows are those of one process. auto: the ' +
      'place in a Slurm array (SLURM_ARRAY_TASK_ID and its kin). auto/N: in an array with ids 1 to N, or in an indexed job of ' +
      'Kubernetes (JOB_COMPLETION_INDEX) with N completions.',
  }),
  text('on', 'nats://HOST:4222', 'have the calls made by workers that meet at this NATS server (sdg worker)', {
    env: ['SDG_ON'],
    more:
      'The rows are those of one process, byte for byte, whatever workers come and go. Teachers, limits and keys are the ' +
      "workers' own; budgets hold over all of them. The same command goes on with a run that was stopped, from another machine too",
  }),
  ...natsFlags,
  toggle('unordered', 'write samples as they finish, not in input order', {
    more: 'In input order a finished sample waits for all that is made of the seeds before it; the view says how many do.',
  }),
] as const satisfies readonly Flag[];

export type RunInvocation = Invocation<typeof runFlags>;

export default defineCommand({
  name: 'sdg-run',
  summary: 'send samples through a pipeline of blocks and a teacher model',
  usage: ['PIPELINE [FILE…] [options] < seeds.jsonl > generated.jsonl'],
  description:
    `Reads seed samples as NDJSON, as sdg-read writes them, from the files or from stdin; sends each through the pipeline for ` +
    `its kind of leaf; writes generated samples as NDJSON to stdout, in input order. Everything else goes to stderr.

PIPELINE is a shipped name (simple, full, llama, eval; qa for documents; skills_sdg for tasks), the name of a folder under ` +
    `instructlab/sdg/pipelines in the XDG data folders, or the path of a folder or a YAML file.

Every reply of the teacher is stored before it is used: running the same command again resumes, and pays for no call twice. ` +
    `Ctrl-C finishes what is in flight and stops.`,
  flags: runFlags,
  positionals: { name: 'PIPELINE', words: ['simple', 'full', 'llama', 'eval', 'qa', 'skills_sdg'] },
  watched: true,
  examples: [
    ['sdg-read taxonomy/ | sdg-run simple | sdg-mix > train.jsonl', 'try the whole pipe without a model'],
    ['sdg-run full seeds.jsonl -t http://localhost:8000/v1 -m mixtral > out.jsonl', 'ask a vLLM server'],
    ['sdg-run full --plan seeds.jsonl', 'what would it cost?'],
    ['sdg-run ./my-pipeline --check', 'lint a pipeline of your own'],
  ],
  run: async (invocation) => (await import('../run/run-pipeline.js')).runPipeline(invocation),
});
