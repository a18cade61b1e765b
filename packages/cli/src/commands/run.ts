import { defineCommand } from '../command.js';
import { settingFlags, teacherFlags } from '../teacher-flags.js';

export default defineCommand({
  name: 'sdg-run',
  summary: 'send samples through a pipeline of blocks and a teacher model',
  usage: ['PIPELINE [FILE…] [options] < seeds.jsonl > generated.jsonl'],
  description: `Reads seed samples as NDJSON, as sdg-read writes them, from the files or from stdin; sends each through the pipeline for its kind of leaf; writes generated samples as NDJSON to stdout, in input order. Everything else goes to stderr.

PIPELINE is a shipped name (simple, full, llama, eval), the name of a folder under instructlab/sdg/pipelines in the XDG data folders, or the path of a folder or a YAML file.

Every reply of the teacher is stored before it is used: running the same command again resumes, and pays for no call twice. Ctrl-C finishes what is in flight and stops.`,
  flags: [
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
  ],
  positionals: { min: 1, name: 'PIPELINE' },
  examples: [
    ['sdg-read taxonomy/ | sdg-run simple | sdg-mix > train.jsonl', 'try the whole pipe without a model'],
    ['sdg-run full seeds.jsonl -t http://localhost:8000/v1 -m mixtral > out.jsonl', 'ask a vLLM server'],
    ['sdg-run full --plan seeds.jsonl', 'what would it cost?'],
    ['sdg-run ./my-pipeline --check', 'lint a pipeline of your own'],
  ],
  run: async (invocation) => (await import('../run/run-pipeline.js')).runPipeline(invocation),
});
