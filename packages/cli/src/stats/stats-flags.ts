import type { Flag, Invocation } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';

/** The flags of `sdg stats`. */
export const statsFlags = [
  { name: 'tokenizer', value: 'FILE', help: "tokenizer.json to count tokens with; by default OpenAI's o200k_base" },
  { name: 'formats', value: 'FILE', multiple: true, help: 'file with formats of your own, see recipes/formats.yaml' },
  ...embedderFlags,
  {
    name: 'format',
    value: 'text|json',
    choices: ['text', 'json'],
    default: 'text',
    help: 'how the figures are written; json: one object a dataset',
  },
] as const satisfies readonly Flag[];

export type StatsInvocation = Invocation<typeof statsFlags>;
