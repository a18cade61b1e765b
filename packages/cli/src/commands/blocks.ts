import { choice, defineCommand, type Flag, type Invocation, text } from '../command.js';

const blocksFlags = [
  choice('format', ['text', 'json', 'jsonschema', 'markdown'], 'how blocks are shown', {
    default: 'text',
    more: 'jsonschema: the schema of pipeline files, for editors, or of the config of one block.',
  }),
  text('plugin', 'FILE', 'module with blocks of your own', { multiple: true }),
] as const satisfies readonly Flag[];

export type BlocksInvocation = Invocation<typeof blocksFlags>;

export default defineCommand({
  name: 'blocks',
  summary: 'show the blocks that pipelines are made of',
  usage: ['[TYPE] [options]'],
  description:
    `Lists the blocks, one a line, or shows one of them: what it does, the fields of its config, an example. All of it comes ` +
    `from what the block says of itself, as do lint, plan and the schema for editors.`,
  flags: blocksFlags,
  positionals: { max: 1, name: 'TYPE' },
  examples: [
    ['sdg blocks', 'list them'],
    ['sdg blocks FilterByValueBlock', 'show one'],
    ['sdg blocks --format jsonschema > schema.json', 'let your editor check and complete pipelines'],
  ],
  run: async (invocation) => (await import('../blocks/run-blocks.js')).runBlocks(invocation),
});
