import type { Flag } from './command.js';

/** Flags that say which teacher to ask and how hard: `sdg-run` and `sdg generate` share them. */
export const teacherFlags = [
  {
    name: 'teacher',
    short: 't',
    value: 'URL[,URL…]|llama:FILE|offline',
    env: ['SDG_TEACHER', 'OPENAI_BASE_URL'],
    default: 'offline',
    help: 'base URL of an OpenAI-compatible server, llama:FILE.gguf, or offline',
    more:
      'Several URLs share the load. llama:FILE.gguf, or llama:hf:OWNER/REPO/FILE, runs the model in this process where ' +
      'node-llama-cpp is installed; ?context=TOKENS and &threads=N may follow. The offline teacher is no model: it answers from ' +
      'the text of the prompt, for trying out, ' +
      'testing and dry runs',
  },
  {
    name: 'model',
    short: 'm',
    value: 'ID',
    env: ['SDG_MODEL'],
    help: 'model to ask for',
    more: 'Wins over the models named in the pipeline',
  },
  {
    name: 'model-family',
    value: 'F',
    help: 'chat template for the completions API: merlinite, granite, mixtral, mistral, llama, chatml, gemma, phi, qwen',
    more: "By default the leading word of the model's name decides",
  },
  { name: 'chat-template', value: 'FILE', help: 'tokenizer_config.json of the model, whose chat template to use with the completions API' },
  { name: 'api', value: 'auto|chat|completions', choices: ['auto', 'chat', 'completions'], default: 'auto', help: 'which API to use' },
  {
    name: 'thinking',
    value: 'PATTERN|off',
    help: 'what else in a reply is thinking and no answer: a Python regular expression',
    more: 'Tags such as <think>, channels, and fields of their own are known without it; off leaves texts as they are',
  },
  {
    name: 'api-key-file',
    value: 'FILE',
    help: 'file whose first line is the key',
    more: 'The key may also be in the environment: SDG_API_KEY or OPENAI_API_KEY. It never goes on the command line',
  },
  {
    name: 'header',
    value: 'NAME: VALUE',
    multiple: true,
    help: 'header of every request, for servers that want more than a key or another one',
    more:
      "As in --header 'api-key: ${AZURE_API_KEY}': what stands in ${…} is taken from the environment, and never goes on the " +
      'command line',
  },
  {
    name: 'concurrency',
    short: 'c',
    value: 'auto|N',
    default: 'auto',
    help: 'calls in flight at once; auto finds what the server can take',
  },
  { name: 'max-concurrency', value: 'N', type: 'integer', min: 1, help: 'upper bound for auto' },
  { name: 'rpm', value: 'N', type: 'number', min: 0, help: 'requests a minute at most' },
  { name: 'tpm', value: 'N', type: 'number', min: 0, help: 'tokens a minute at most' },
  {
    name: 'timeout',
    value: 'SECONDS',
    type: 'number',
    min: 1,
    default: '7200',
    help: 'give up on a single call after this long, and ask again',
  },
  {
    name: 'give-up-after',
    value: 'SECONDS',
    type: 'number',
    min: 0,
    default: '600',
    help: 'end the run when the server was down this long',
  },
  { name: 'cache', value: 'DIR', help: 'call cache', default: 'sdg/calls under the XDG cache folder' },
  { name: 'no-cache', help: 'ask again for everything and store nothing' },
  { name: 'replay', help: 'answer from the cache alone; a call that is not there ends the run' },
  { name: 'redo-truncated', help: 'ask again where the stored reply was cut off by its length' },
  {
    name: 'price',
    value: '[MODEL=]IN,OUT',
    multiple: true,
    help: 'price of a million tokens in and out, for estimates, the summary and --max-cost',
    more: 'Without MODEL it holds for all models that have no price of their own',
  },
  { name: 'max-cost', value: 'N', type: 'number', min: 0, help: 'stop before this much has been spent' },
  { name: 'max-tokens-total', value: 'N', type: 'integer', min: 1, help: 'stop before this many tokens have been used' },
  { name: 'tls-ca', value: 'FILE', help: 'certificate authorities to trust, PEM' },
  { name: 'tls-cert', value: 'FILE', help: 'client certificate, PEM' },
  { name: 'tls-key', value: 'FILE', help: 'key of the client certificate, PEM' },
  { name: 'tls-insecure', help: 'do not verify the server; it says so on every run' },
] as const satisfies readonly Flag[];

/** Flags that change what the blocks of a pipeline do. */
export const settingFlags = [
  {
    name: 'scale-factor',
    aliases: ['num-instructions'],
    value: 'N',
    type: 'integer',
    min: 1,
    default: '30',
    help: 'what n: scaled means: instructions per seed',
  },
  { name: 'max-num-tokens', value: 'N', type: 'integer', min: 1, help: 'max_tokens of the block gen_knowledge' },
] as const satisfies readonly Flag[];
