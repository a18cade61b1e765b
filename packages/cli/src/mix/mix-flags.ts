import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg-mix`. */
export const mixFlags = [
  { name: 'recipe', short: 'r', value: 'FILE', multiple: true, help: 'recipe with datasets to mix in; several add up' },
  { name: 'no-default-recipe', help: 'do not take the default recipe of the data folders' },
  { name: 'output', short: 'o', value: 'FILE', help: 'write there, in the form its name asks for: .jsonl, .json, .csv, .parquet, with .gz or .zst' },
  {
    name: 'push', value: 'hf://datasets/OWNER/NAME', help: 'put the rows into a dataset of the Hub: Parquet files and a card, in one commit',
    more: 'Needs HF_TOKEN; @BRANCH behind the name writes to a branch.',
  },
  { name: 'private', help: 'with --push: a dataset that is made is private' },
  { name: 'license', value: 'ID', help: 'with --push: licence of the whole, as the Hub names it (apache-2.0); default that of the sources' },
  { name: 'for', value: 'llama-factory|axolotl', choices: ['llama-factory', 'axolotl'], help: 'with -o: write beside it what this program wants to know (dataset_info.json, YAML lines)' },
  { name: 'output-dir', value: 'DIR', help: 'write the whole set of files that InstructLab writes: rows by leaf, train, messages, recipes, mixes' },
  {
    name: 'format', short: 'f', value: 'messages|prompt-completion|alpaca|sharegpt|chatml|preference|kto',
    choices: ['messages', 'prompt-completion', 'alpaca', 'sharegpt', 'chatml', 'preference', 'kto'], default: 'messages', help: 'form of the rows',
    more: 'The README of @sdg/mixer says which program reads which.',
  },
  { name: 'formats', value: 'FILE', multiple: true, help: 'file with formats of your own, see recipes/formats.yaml' },
  { name: 'phase', value: 'skills|knowledge', choices: ['skills', 'knowledge'], default: 'skills', help: 'which training phase the rows are for' },
  {
    name: 'rows', value: 'qa|document|raft', multiple: true, help: 'rows to make of questions about documents, one a question and kind: closed book, with the document, RAFT',
    more: 'Several may be given, or one after the other with commas. In place of the rows of --phase.',
  },
  { name: 'skill-samples', value: 'N', type: 'integer', min: 1, default: 'all; 30 with --output-dir', help: 'rows of every skill leaf' },
  {
    name: 'system-prompt', value: 'TEXT', help: 'system message of every row, in place of its own; empty: none is set, rows keep theirs',
    more: 'Without it a row keeps its own system message, and one that has none gets the default.',
  },
  { name: 'reasoning', value: 'keep|drop', choices: ['keep', 'drop'], default: 'keep', help: 'whether what models thought before they answered stays in the rows' },
  { name: 'keep', value: 'COLUMN', multiple: true, help: 'leave this column a column, instead of moving it into the metadata' },
  { name: 'total-samples', value: 'N', type: 'integer', min: 1, help: 'rows in the mix, shared out by weight: sizes are weights that sum to 1; one dataset alone needs none' },
  {
    name: 'exhausted', value: 'stop|repeat|error', choices: ['stop', 'repeat', 'error'], default: 'repeat', help: 'what to do where more rows are asked for than a dataset has',
    more: 'More than a hundred whole copies are an error unless this says repeat.',
  },
  { name: 'replacement', help: 'draw with replacement' },
  { name: 'shuffle', help: 'mix the order of all rows' },
  { name: 'dedupe', value: 'exact|near', choices: ['exact', 'near'], help: 'drop rows that say what an earlier one said' },
  { name: 'decontaminate', value: 'FILE[:N]', multiple: true, help: 'drop rows that share N words in a row (13) with this evaluation file' },
  { name: 'pipeline', value: 'NAME', help: "pipeline whose auxiliary instructions to use; by default the one in each sample's lineage" },
  { name: 'skip-bad-lines', help: 'leave out rows that cannot be used, and say so' },
  { name: 'rejects', value: 'FILE', help: 'with --skip-bad-lines: write those rows there, as NDJSON' },
  { name: 'check', help: 'check the recipes and stop: exit 0 or 2' },
  { name: 'threads', value: 'N', type: 'integer', min: 1, help: 'worker threads for rows that must be taken apart' },
] as const satisfies readonly Flag[];

export type MixInvocation = Invocation<typeof mixFlags>;
