import { defineCommand, type Flag, type Invocation, text, toggle } from '../command.js';

const mergeFlags = [
  text('run-dir', 'DIR', 'keep the added up record of the run folders there'),
  toggle('partial', 'merge what there is, though shards are missing or have not come to their end'),
] as const satisfies readonly Flag[];

export type MergeInvocation = Invocation<typeof mergeFlags>;

export default defineCommand({
  name: 'merge',
  summary: 'put together what the shards of a run wrote',
  usage: ['FILE… [FOLDER…] [options] > generated.jsonl'],
  description:
    `Reads what sdg-run wrote for every shard of an input (--shard I/N of sdg-run or sdg-read), a file each, and writes the ` +
    `rows in the order of the whole input: the bytes that one process would have written. The file of a shard without rows is ` +
    `empty, and is named, too.

A FOLDER is the run folder of a shard: the accounts of all are added up, printed, and with --run-dir kept as the record of the ` +
    `whole run, together with what they logged.

A shard that is missing, named twice, of another run or not run to its end is told, with exit code 1, as are files that are ` +
    `all empty. Whether one came to its end is on record in its folder: of rows alone only a line that is cut off tells that it ` +
    `did not.`,
  flags: mergeFlags,
  positionals: { min: 1, name: 'FILE' },
  examples: [
    [
      'for i in 1 2 3; do sdg-run full seeds.jsonl --shard $i/3 --run-dir run-$i > rows-$i.jsonl & done; wait',
      'three processes, here or on three machines',
    ],
    ['sdg merge rows-*.jsonl run-*/ --run-dir run > generated.jsonl', 'their rows and their records as those of one'],
  ],
  run: async (invocation) => (await import('../merge/run-merge.js')).runMerge(invocation),
});
