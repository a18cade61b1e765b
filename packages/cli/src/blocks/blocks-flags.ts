import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg blocks`. */
export const blocksFlags = [
  {
    name: 'format', value: 'text|json|jsonschema|markdown', choices: ['text', 'json', 'jsonschema', 'markdown'], default: 'text',
    help: 'how blocks are shown', more: 'jsonschema: the schema of pipeline files, for editors, or of the config of one block.',
  },
  { name: 'plugin', value: 'FILE', multiple: true, help: 'module with blocks of your own' },
] as const satisfies readonly Flag[];

export type BlocksInvocation = Invocation<typeof blocksFlags>;
