import { choice, defineCommand, type Flag, type Invocation, text } from '../command.js';

const lintFlags = [
  choice('format', ['text', 'github', 'json'], 'how findings are written', {
    default: 'text; github inside GitHub Actions',
    more: 'json: one object a line.',
  }),
  text('plugin', 'FILE', 'module with blocks of your own', { multiple: true }),
] as const satisfies readonly Flag[];

export type LintInvocation = Invocation<typeof lintFlags>;

export default defineCommand({
  name: 'lint',
  summary: 'find what is wrong with pipelines, recipes, tasks and prompts',
  usage: ['FILE… [options]'],
  description:
    `Finds everything at once, with file, line and column, and what was probably meant: fields, types, blocks, prompts, tags, ` +
    `patterns, templates; and it follows the columns through a pipeline, for those that nothing provides or that are dropped ` +
    `before they are used. No call is made.

FILE is a pipeline (folder, YAML file, or the name of one), a recipe, a task.yaml or a prompt.`,
  exitCodes: '0 no errors; 1 there are errors; 2 no such file, or wrong usage.',
  flags: lintFlags,
  positionals: { min: 1, name: 'FILE' },
  examples: [
    ['sdg lint my-pipeline/', 'a pipeline of your own'],
    ['sdg lint full simple llama eval', 'the shipped ones'],
    ['sdg lint task.yaml recipe.yaml --format github', 'annotations in a pull request'],
  ],
  run: async (invocation) => (await import('../lint/run-lint.js')).runLint(invocation),
});
