import { defineCommand } from '../command.js';
import { runFlags } from '../run/run-flags.js';

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
