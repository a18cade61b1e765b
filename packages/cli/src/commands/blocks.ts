import { blocksFlags } from '../blocks/blocks-flags.js';
import { defineCommand } from '../command.js';

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
