import { defineCommand, type Flag, type Invocation } from '../command.js';

const generateFlags = [
  { name: 'taxonomy-path', value: 'DIR', default: 'taxonomy', help: 'taxonomy to generate from, or one qna.yaml' },
  {
    name: 'taxonomy-base',
    aliases: ['base'],
    value: 'REF|empty',
    default: 'origin/main; empty outside git',
    help: 'generate for leaves that differ from this; empty: for all',
  },
  { name: 'pipeline', value: 'NAME', default: 'simple', help: 'shipped name (simple, full, llama), name in the data folders, or path' },
  {
    name: 'sdg-scale-factor',
    aliases: ['num-instructions', 'scale-factor'],
    value: 'N',
    type: 'integer',
    min: 1,
    default: '30',
    help: 'instructions to generate for every seed',
  },
  { name: 'model', short: 'm', value: 'ID', env: ['SDG_MODEL'], help: 'model to ask for' },
  { name: 'model-family', value: 'F', help: 'chat template for the completions API' },
  {
    name: 'endpoint-url',
    aliases: ['teacher'],
    short: 't',
    value: 'URL[,URL…]|offline',
    env: ['SDG_TEACHER', 'OPENAI_BASE_URL'],
    default: 'offline',
    help: 'base URL of an OpenAI-compatible server',
  },
  { name: 'api', value: 'auto|chat|completions', choices: ['auto', 'chat', 'completions'], default: 'auto', help: 'which API to use' },
  { name: 'api-key', value: 'KEY', help: 'key; better in SDG_API_KEY or --api-key-file, where other users of the machine do not see it' },
  { name: 'api-key-file', value: 'FILE', help: 'file whose first line is the key' },
  { name: 'output-dir', value: 'DIR', default: 'datasets', help: 'where the files go' },
  { name: 'concurrency', aliases: ['num-cpus'], short: 'c', value: 'auto|N', default: 'auto', help: 'calls in flight at once' },
  { name: 'batch-size', value: 'N', type: 'integer', min: 0, help: 'accepted and without effect: samples do not wait for batches' },
  { name: 'chunk-word-count', value: 'N', type: 'integer', min: 1, default: '500 tokens', help: 'most words in a chunk of a document' },
  {
    name: 'server-ctx-size',
    value: 'N',
    type: 'integer',
    min: 1,
    help: "the server's context in tokens: a chunk may fill half of it at most",
  },
  { name: 'max-num-tokens', value: 'N', type: 'integer', min: 1, help: 'max_tokens of the block gen_knowledge' },
  { name: 'skill-samples', value: 'N', type: 'integer', min: 1, default: '30', help: 'rows of every skill leaf in the mix' },
  { name: 'system-prompt', value: 'TEXT', help: 'system message of every row' },
  { name: 'no-eval', help: 'write no evaluation questions for knowledge leaves' },
  { name: 'yaml-rules', value: 'FILE', help: "rules for the look of the YAML, in yamllint's format" },
  { name: 'rejects', value: 'FILE', help: 'write every rejected sample with block, reason and raw reply, as NDJSON' },
  { name: 'cache', value: 'DIR', help: 'call cache', default: 'sdg/calls under the XDG cache folder' },
  { name: 'no-cache', help: 'ask again for everything and store nothing' },
  { name: 'replay', help: 'answer from the cache alone' },
  { name: 'tls-ca', value: 'FILE', help: 'certificate authorities to trust, PEM' },
  { name: 'tls-cert', aliases: ['tls-client-cert'], value: 'FILE', help: 'client certificate, PEM' },
  { name: 'tls-key', aliases: ['tls-client-key'], value: 'FILE', help: 'key of the client certificate, PEM' },
  { name: 'tls-client-passwd', value: 'TEXT', help: 'accepted and without effect: use a key without a password' },
  { name: 'tls-insecure', help: 'do not verify the server; it says so on every run' },
] as const satisfies readonly Flag[];

export type GenerateInvocation = Invocation<typeof generateFlags>;

export default defineCommand({
  name: 'generate',
  summary: 'taxonomy to training files, all steps in one process',
  usage: ['[--taxonomy-path DIR] [options]'],
  description:
    `Reads the leaves of a taxonomy that differ from --taxonomy-base, generates samples for each with a teacher model, and ` +
    `writes training files, evaluation questions and recipes to --output-dir, named as InstructLab names them. Flags of ilab ` +
    `data generate mean what they meant there; those that have nothing to change say so.

The default recipes of the data folders (instructlab/sdg/default_data_recipes/skills.yaml and knowledge.yaml) are mixed in. ` +
    `Files appear under their names when they are whole.

Every reply of the teacher is stored before it is used: running the same command again resumes, and pays for no call twice.`,
  flags: generateFlags,
  positionals: { max: 0, name: 'argument' },
  watched: true,
  examples: [
    ['sdg generate --taxonomy-path taxonomy --taxonomy-base empty --num-instructions 5', 'try it without a model'],
    ['sdg generate --pipeline full --endpoint-url http://localhost:8000/v1 --model mixtral', 'ask a vLLM server'],
  ],
  run: async (invocation) => (await import('../generate/run-generate.js')).runGenerate(invocation),
});
