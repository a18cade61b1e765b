import { choice, defineCommand, type Flag, type Invocation, number, text, toggle, whole } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';

const mixFlags = [
  text('recipe', 'FILE', 'recipe with datasets to mix in; several add up', { short: 'r', multiple: true }),
  toggle('no-default-recipe', 'do not take the default recipe of the data folders'),
  text('output', 'FILE', 'write there, in the form its name asks for: .jsonl, .json, .csv, .parquet, with .gz or .zst', { short: 'o' }),
  text('push', 'hf://datasets/OWNER/NAME', 'put the rows into a dataset of the Hub: Parquet files and a card, in one commit', {
    more: 'Needs HF_TOKEN; @BRANCH behind the name writes to a branch.',
  }),
  toggle('private', 'with --push: a dataset that is made is private', { needs: 'push' }),
  text('license', 'ID', 'with --push: licence of the whole, as the Hub names it (apache-2.0); default that of the sources', {
    needs: 'push',
  }),
  choice('for', ['llama-factory', 'axolotl'], 'with -o: write beside it what this program wants to know (dataset_info.json, YAML lines)'),
  text('output-dir', 'DIR', 'write the whole set of files that InstructLab writes: rows by leaf, train, messages, recipes, mixes'),
  choice('format', ['messages', 'prompt-completion', 'alpaca', 'sharegpt', 'chatml', 'preference', 'kto'], 'form of the rows', {
    short: 'f',
    default: 'messages',
    more: 'The README of @sdg/mixer says which program reads which.',
  }),
  text('formats', 'FILE', 'file with formats of your own, see recipes/formats.yaml', { multiple: true }),
  choice('phase', ['skills', 'knowledge'], 'which training phase the rows are for', { default: 'skills' }),
  text(
    'rows',
    'qa|document|raft',
    'rows to make of questions about documents, one a question and kind: closed book, with the document, RAFT',
    { multiple: true, more: 'Several may be given, or one after the other with commas. In place of the rows of --phase.' },
  ),
  whole('skill-samples', 'N', 'rows of every skill leaf', { min: 1, default: 'all; 30 with --output-dir' }),
  text('system-prompt', 'TEXT', 'system message of every row, in place of its own; empty: none is set, rows keep theirs', {
    more: 'Without it a row keeps its own system message, and one that has none gets the default.',
  }),
  choice('reasoning', ['keep', 'drop'], 'whether what models thought before they answered stays in the rows', { default: 'keep' }),
  text('keep', 'COLUMN', 'leave this column a column, instead of moving it into the metadata', { multiple: true }),
  whole('total-samples', 'N', 'rows in the mix, shared out by weight: sizes are weights that sum to 1; one dataset alone needs none', {
    min: 1,
  }),
  choice('exhausted', ['stop', 'repeat', 'error'], 'what to do where more rows are asked for than a dataset has', {
    default: 'repeat',
    more: 'More than a hundred whole copies are an error unless this says repeat.',
  }),
  toggle('replacement', 'draw with replacement'),
  toggle('shuffle', 'mix the order of all rows'),
  choice('dedupe', ['exact', 'near', 'semantic'], 'drop rows that say what an earlier one said', {
    more:
      'exact: to the letter; near: nearly so, which takes questions of one template for repeats; semantic: that ask and answer the ' +
      'same in meaning, by --embedder.',
  }),
  number('dedupe-threshold', 'X', 'with --dedupe near or semantic: similarity from which rows are the same', {
    default: '0.8; semantic 0.9',
  }),
  choice('dedupe-scope', ['all', 'dataset'], 'with --dedupe semantic: whether a row is compared with all, or with those of its dataset', {
    default: 'all',
  }),
  text(
    'dedupe-score',
    'COLUMN',
    'with --dedupe semantic: of rows that mean the same keep the one with the highest number there, not the first',
  ),
  whole('select', 'N', 'choose N of all rows that would be written, by --embedder, so that each has one near it in meaning', {
    min: 1,
    more: 'The summary says how well they cover the whole, and which rows are like none other.',
  }),
  choice('select-balance', ['none', 'leaf', 'cluster'], 'with --select: share N out evenly among leaves, or clusters of meaning', {
    default: 'none',
  }),
  text('select-weight', 'COLUMN', 'with --select: column with a number that says how good a row is'),
  ...embedderFlags,
  text('decontaminate', 'FILE[:N]', 'drop rows that share N words in a row (13) with this evaluation file', { multiple: true }),
  text('pipeline', 'NAME', "pipeline whose auxiliary instructions to use; by default the one in each sample's lineage"),
  toggle('skip-bad-lines', 'leave out rows that cannot be used, and say so'),
  text('rejects', 'FILE', 'with --skip-bad-lines or --dedupe semantic: write those rows there, as NDJSON, with what they repeat'),
  toggle('check', 'check the recipes and stop: exit 0 or 2'),
  whole('threads', 'N', 'worker threads for rows that must be taken apart', { min: 1 }),
] as const satisfies readonly Flag[];

export type MixInvocation = Invocation<typeof mixFlags>;

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
