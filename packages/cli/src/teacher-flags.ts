import { choice, type Flag, number, text, toggle, whole } from './command.js';

/** Flags that say which teacher to ask and how hard: `sdg-run` and `sdg generate` share them. */
export const teacherFlags = [
  text('teacher', 'URL[,URL…]|llama:FILE|offline', 'base URL of an OpenAI-compatible server, llama:FILE.gguf, or offline', {
    short: 't',
    env: ['SDG_TEACHER', 'OPENAI_BASE_URL'],
    default: 'offline',
    more:
      'Several URLs share the load. llama:FILE.gguf, or llama:hf:OWNER/REPO/FILE, runs the model in this process where ' +
      'node-llama-cpp is installed; ?context=TOKENS and &threads=N may follow. The offline teacher is no model: it answers from ' +
      'the text of the prompt, for trying out, ' +
      'testing and dry runs',
  }),
  text('model', 'ID', 'model to ask for', { short: 'm', env: ['SDG_MODEL'], more: 'Wins over the models named in the pipeline' }),
  text(
    'model-family',
    'F',
    'chat template for the completions API: merlinite, granite, mixtral, mistral, llama, chatml, gemma, phi, qwen',
    { more: "By default the leading word of the model's name decides" },
  ),
  text('chat-template', 'FILE', 'tokenizer_config.json of the model, whose chat template to use with the completions API'),
  choice('api', ['auto', 'chat', 'completions'], 'which API to use', { default: 'auto' }),
  text('thinking', 'PATTERN|off', 'what else in a reply is thinking and no answer: a Python regular expression', {
    more: 'Tags such as <think>, channels, and fields of their own are known without it; off leaves texts as they are',
  }),
  text('api-key-file', 'FILE', 'file whose first line is the key', {
    more: 'The key may also be in the environment: SDG_API_KEY or OPENAI_API_KEY. It never goes on the command line',
  }),
  text('header', 'NAME: VALUE', 'header of every request, for servers that want more than a key or another one', {
    multiple: true,
    more:
      "As in --header 'api-key: ${AZURE_API_KEY}': what stands in ${…} is taken from the environment, and never goes on the " +
      'command line',
  }),
  text('concurrency', 'auto|N', 'calls in flight at once; auto finds what the server can take', { short: 'c', default: 'auto' }),
  whole('max-concurrency', 'N', 'upper bound for auto', { min: 1 }),
  number('rpm', 'N', 'requests a minute at most', { min: 0 }),
  number('tpm', 'N', 'tokens a minute at most', { min: 0 }),
  number('timeout', 'SECONDS', 'give up on a single call after this long, and ask again', { min: 1, default: '7200' }),
  number('give-up-after', 'SECONDS', 'end the run when the server was down this long', { min: 0, default: '600' }),
  text('cache', 'DIR', 'call cache', { default: 'sdg/calls under the XDG cache folder' }),
  toggle('no-cache', 'ask again for everything and store nothing'),
  toggle('replay', 'answer from the cache alone; a call that is not there ends the run'),
  toggle('redo-truncated', 'ask again where the stored reply was cut off by its length'),
  text('price', '[MODEL=]IN,OUT', 'price of a million tokens in and out, for estimates, the summary and --max-cost', {
    multiple: true,
    more: 'Without MODEL it holds for all models that have no price of their own',
  }),
  number('max-cost', 'N', 'stop before this much has been spent', { min: 0 }),
  whole('max-tokens-total', 'N', 'stop before this many tokens have been used', { min: 1 }),
  text('tls-ca', 'FILE', 'certificate authorities to trust, PEM'),
  text('tls-cert', 'FILE', 'client certificate, PEM'),
  text('tls-key', 'FILE', 'key of the client certificate, PEM'),
  toggle('tls-insecure', 'do not verify the server; it says so on every run'),
] as const satisfies readonly Flag[];

/** Flags that change what the blocks of a pipeline do. */
export const settingFlags = [
  whole('scale-factor', 'N', 'what n: scaled means: instructions per seed', { aliases: ['num-instructions'], min: 1, default: '30' }),
  whole('max-num-tokens', 'N', 'max_tokens of the block gen_knowledge', { min: 1 }),
] as const satisfies readonly Flag[];
