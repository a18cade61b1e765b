import { choice, defineCommand, type Flag, type Invocation, text } from '../command.js';

const pipelinesFlags = [
  choice('format', ['text', 'json'], 'how they are shown', { default: 'text' }),
  text('plugin', 'FILE', 'module with blocks of your own, which the pipeline uses', { multiple: true }),
] as const satisfies readonly Flag[];

export type PipelinesInvocation = Invocation<typeof pipelinesFlags>;

export default defineCommand({
  name: 'pipelines',
  summary: 'list the pipelines that can be run by name, or show what one does',
  usage: ['[list] [options]', 'show PIPELINE [options]'],
  description:
    `Lists the shipped pipelines and those in your data folders, with what each says of itself in a comment at the top of its ` +
    `first file; show gives the path, and its blocks with the columns that they read and add. To change one, copy its folder and ` +
    `give sdg-run the path of the copy.`,
  flags: pipelinesFlags,
  positionals: { max: 2, name: 'WHAT', words: ['list', 'show'] },
  examples: [
    ['sdg pipelines', 'list them'],
    ['sdg pipelines show full', 'what one is made of'],
    ['sdg pipelines --format json', 'the same for a program'],
  ],
  run: async (invocation) => (await import('../pipelines/run-pipelines.js')).runPipelines(invocation),
});
