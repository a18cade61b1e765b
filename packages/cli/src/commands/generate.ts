import { choice, defineCommand, type Flag, type Invocation, text, toggle, whole } from '../command.js';

const generateFlags = [
  text('taxonomy-path', 'DIR', 'taxonomy to generate from, or one qna.yaml', { default: 'taxonomy' }),
  text('taxonomy-base', 'REF|empty', 'generate for leaves that differ from this; empty: for all', {
    aliases: ['base'],
    default: 'origin/main; empty outside git',
  }),
  text('pipeline', 'NAME', 'shipped name (simple, full, llama), name in the data folders, or path', { default: 'simple' }),
  whole('sdg-scale-factor', 'N', 'instructions to generate for every seed', {
    aliases: ['num-instructions', 'scale-factor'],
    min: 1,
    default: '30',
  }),
  text('model', 'ID', 'model to ask for', { short: 'm', env: ['SDG_MODEL'] }),
  text('model-family', 'F', 'chat template for the completions API'),
  text('endpoint-url', 'URL[,URL…]|offline', 'base URL of an OpenAI-compatible server', {
    short: 't',
    aliases: ['teacher'],
    env: ['SDG_TEACHER', 'OPENAI_BASE_URL'],
    default: 'offline',
  }),
  choice('api', ['auto', 'chat', 'completions'], 'which API to use', { default: 'auto' }),
  text('api-key', 'KEY', 'key; better in SDG_API_KEY or --api-key-file, where other users of the machine do not see it'),
  text('api-key-file', 'FILE', 'file whose first line is the key'),
  text('output-dir', 'DIR', 'where the files go', { default: 'datasets' }),
  text('concurrency', 'auto|N', 'calls in flight at once', { short: 'c', aliases: ['num-cpus'], default: 'auto' }),
  whole('batch-size', 'N', 'accepted and without effect: samples do not wait for batches', { min: 0 }),
  whole('chunk-word-count', 'N', 'most words in a chunk of a document', { min: 1, default: '500 tokens' }),
  whole('server-ctx-size', 'N', "the server's context in tokens: a chunk may fill half of it at most", { min: 1 }),
  whole('max-num-tokens', 'N', 'max_tokens of the block gen_knowledge', { min: 1 }),
  whole('skill-samples', 'N', 'rows of every skill leaf in the mix', { min: 1, default: '30' }),
  text('system-prompt', 'TEXT', 'system message of every row'),
  toggle('no-eval', 'write no evaluation questions for knowledge leaves'),
  text('yaml-rules', 'FILE', "rules for the look of the YAML, in yamllint's format"),
  text('rejects', 'FILE', 'write every rejected sample with block, reason and raw reply, as NDJSON'),
  text('cache', 'DIR', 'call cache', { default: 'sdg/calls under the XDG cache folder' }),
  toggle('no-cache', 'ask again for everything and store nothing'),
  toggle('replay', 'answer from the cache alone'),
  text('tls-ca', 'FILE', 'certificate authorities to trust, PEM'),
  text('tls-cert', 'FILE', 'client certificate, PEM', { aliases: ['tls-client-cert'] }),
  text('tls-key', 'FILE', 'key of the client certificate, PEM', { aliases: ['tls-client-key'] }),
  text('tls-client-passwd', 'TEXT', 'accepted and without effect: use a key without a password'),
  toggle('tls-insecure', 'do not verify the server; it says so on every run'),
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
