import { choice, defineCommand, type Flag, type Invocation, text } from '../command.js';

const traceFlags = [
  text('run-dir', 'DIR', 'folder of the run that made the row'),
  text('cache', 'DIR', 'call cache to look in for what a large run has the names of alone', { default: 'that of the run' }),
  choice('format', ['text', 'json'], 'for people or for programs', { default: 'text' }),
] as const satisfies readonly Flag[];

export type TraceInvocation = Invocation<typeof traceFlags>;

export default defineCommand({
  name: 'trace',
  summary: 'show how a row came to be',
  usage: ['ROW --run-dir DIR [options]'],
  description:
    `Prints the descent of a row that a run made: the line of its seed or the document it goes back to, each prompt, each reply, ` +
    `and the row. ROW is the lineage id of a generated sample or the beginning of it, FILE:LINE, the row itself as JSON, or ` +
    `- for a row on stdin. Training rows are found by what they say. Of the calls that a large run folder has no room for, prompts and ` +
    `replies are looked up in the call cache, which keeps the beginning and the end of a prompt.`,
  flags: traceFlags,
  positionals: { min: 1, max: 1, name: 'ROW' },
  examples: [
    ['sdg trace rows.jsonl:3 --run-dir run', 'the third row'],
    ['sed -n 1p train.jsonl | sdg trace - --run-dir run', 'a training row'],
  ],
  run: async (invocation) => (await import('../report/run-trace.js')).runTrace(invocation),
});
