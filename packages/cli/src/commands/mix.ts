import { defineCommand } from '../command.js';
import { mixFlags, type MixInvocation } from '../mix/mix-flags.js';

/** A file and how much of it, as long as that is not all of it: `train.jsonl=10000`. */
const PART = /^(?!hf:)(.+)=(\d+(?:\.\d+)?)$/;
/** Files whose lines have to be made. */
const PACKED = /\.(json|csv|parquet|gz|gzip|zst|zstd)$/i;
/** Flags that ask for a look at every row, or for none. */
const OTHER = ['recipe', 'dedupe', 'select', 'decontaminate', 'output-dir', 'check'] as const;

/** Begins to count the rows of the first file that rows are drawn from, while the rest of the program is being loaded. */
async function countAhead({ flags, positionals }: MixInvocation): Promise<void> {
  if (OTHER.some((name) => flags[name] !== undefined)) return;
  const path = positionals.map((argument) => PART.exec(argument)).find((match) => match && Number(match[2]) !== 1)?.[1];
  if (path === undefined || PACKED.test(path)) return;
  (await import('@sdg/mixer/count-ahead')).countAhead(path, flags.threads);
}

export default defineCommand({
  name: 'sdg-mix',
  summary: 'turn generated samples into training rows, and mix them with other datasets',
  usage: ['[DATASET[=SIZE]…] [options] [< generated.jsonl] > train.jsonl'],
  description:
    `Reads generated samples as NDJSON from stdin, as sdg-run writes them, and writes training rows with a system message. ` +
    `Every row keeps in its metadata the lineage of the sample: leaf, seed example, document chunk, pipeline and teacher.

DATASET is a file (jsonl, json, csv, tsv, txt, parquet, arrow, tar, packed with gzip or zstd), a folder or a pattern of files, ` +
    `hf://datasets/owner/name[@revision][:config][/split, path or pattern], an address of the web, or - for stdin (/dev/stdin ` +
    `takes a size, too). SIZE is a share of its rows (0.3, 2.0) or a number of rows (300, 1e3); without it, all. With ` +
    `--total-samples shares are weights that sum to 1. Rows are drawn without replacement; asked for more than there is, whole ` +
    `copies and a draw for the rest, and the summary says so. Where datasets are named, stdin is read only for -.

A recipe says the same in YAML, and more: recipes/README.md describes it. Without a recipe and datasets, the default recipe of ` +
    `the data folders (instructlab/sdg/default_data_recipes) is mixed in, if there is one.

What comes out depends on input and --seed alone. A file appears under its name when it is whole.`,
  flags: mixFlags,
  watched: true,
  examples: [
    ['sdg-read taxonomy/ | sdg-run simple | sdg-mix > train.jsonl', 'the whole pipe'],
    ['sdg-run full < seeds.jsonl | sdg-mix --recipe skills.yaml -o train.jsonl.zst', 'with a recipe'],
    ['sdg-mix code.jsonl=0.7 math.parquet=0.3 --total-samples 80000 --format alpaca --shuffle -o mix.json', 'blend datasets by weight'],
    ['sdg-mix all.jsonl --dedupe semantic --select 10000 --embedder static:potion-base-8M', 'rows that differ, and stand for all'],
    ['sdg-run full < seeds.jsonl | sdg-mix --output-dir datasets', 'the files that InstructLab writes'],
  ],
  run: async (invocation) => {
    await countAhead(invocation);
    return (await import('../mix/run-mix.js')).runMix(invocation);
  },
});
