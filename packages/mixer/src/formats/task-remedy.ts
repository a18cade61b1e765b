import { jq, path, shared } from './jq-program.js';
import { isObject, type Row } from './json-text.js';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** Columns that hold a text of several words, or nothing, in all rows. */
export function textColumns(rows: readonly Row[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {}).filter((name) => rows.every((row) => typeof row[name] === 'string'));
  return columns.filter((name) => rows.some((row) => /\S\s+\S/.test(row[name] as string)));
}

/** Rows that hold the same text in several languages: WMT, OPUS. */
function translation(rows: readonly Row[], file: string): string | undefined {
  const first = rows[0]?.['translation'];
  const languages = isObject(first) ? Object.keys(first) : [];
  const [from, to] = languages;
  const isSaid = (row: Row): boolean =>
    isObject(row['translation']) && languages.every((name) => typeof (row['translation'] as Row)[name] === 'string');
  if (from === undefined || to === undefined || !rows.every(isSaid)) return undefined;
  const program = `{prompt: ("Translate from ${from} to ${to}:\\n\\n" + .translation${path(from)}), completion: .translation${path(to)}}`;
  return jq(`each row has a text in ${quoted(languages)}; ask for one of them`, program, file);
}

/** Rows of texts and the number of a class: RTE, SNLI, COPA, AG News. */
function classes(rows: readonly Row[], file: string): string | undefined {
  const label = ['label', 'labels', 'class', 'coarse_label', 'sentiment'].find((name) =>
    rows.every((row) => typeof row[name] === 'number' && Number.isInteger(row[name])),
  );
  const texts = Object.keys(rows[0] ?? {}).filter((name) => !/id$|^lang/i.test(name) && rows.every((row) => typeof row[name] === 'string'));
  if (label === undefined || texts.length === 0) return undefined;
  const names = Array.from({ length: Math.max(2, ...rows.map((row) => Number(row[label]) + 1)) }, (_, i) => `"class ${i}"`);
  const asked = texts.map((name) => `"\\n\\n" + ${path(name)}`).join(' + ');
  const completion = `[${names.slice(0, 8).join(', ')}][${path(label)}]`;
  const program = `select(${path(label)} >= 0) | {prompt: ("What is asked here?" + ${asked}), completion: ${completion}}`;
  return jq(`"${label}" is the number of a class; say what is asked and what the classes are called`, program, file);
}

/** Columns of sets that embedders and rankers learn from: what is compared, what is near to it, and what is not. */
const ANCHORS = ['anchor', 'query', 'question', 'sentence', 'sent0', 'premise', 'set'] as const;
const NEAR = ['positive', 'pos', 'positives', 'positive_ctxs', 'positive_passages', 'sent1', 'entailment'] as const;
const FAR = ['negative', 'neg', 'negatives', 'negative_ctxs', 'negative_passages', 'hard_neg', 'hard_negative', 'contradiction'] as const;

/** Rows that say which texts are near to each other: all-nli, MS MARCO's triplets, BGE's `query`, `pos`, `neg`, DPR's passages. */
function triplets(rows: readonly Row[], file: string): string | undefined {
  const named = (names: readonly string[]): string | undefined => names.find((name) => rows.every((row) => Object.hasOwn(row, name)));
  const [anchor, near, far] = [shared(rows, ANCHORS, 'string'), named(NEAR), named(FAR)];
  if (anchor === undefined || near === undefined || far === undefined) return undefined;
  const what = `its rows teach an embedder that "${near}" is nearer to "${anchor}" than "${far}" is, and nobody answers`;
  const text = rows.every((row) => typeof row[near] === 'string') ? path(near) : `(${path(near)}[0] | .text? // .)`;
  const program = `{prompt: ("Write a text that is about this:\\n\\n" + ${path(anchor)}), completion: ${text}}`;
  return jq(`${what}; leave the set out, or say what is asked`, program, file);
}

/** Rows of two texts and how alike they are: STS. */
function alike(rows: readonly Row[], file: string): string | undefined {
  const pair = [
    ['sentence1', 'sentence2'],
    ['sentence_A', 'sentence_B'],
    ['text1', 'text2'],
    ['sent1', 'sent2'],
  ].find((names) => names.every((name) => rows.every((row) => typeof row[name] === 'string')));
  const score = shared(rows, ['score', 'similarity_score', 'relatedness_score', 'similarity', 'label'], 'number');
  if (pair === undefined || score === undefined) return undefined;
  const [one, other] = pair.map(path);
  const asked = `"How alike are these two, from 0 on?\\n\\n" + ${one} + "\\n\\n" + ${other}`;
  const program = `{prompt: (${asked}), completion: (${path(score)} | tostring)}`;
  return jq(
    `"${score}" says how alike "${pair.join('" and "')}" are, and nobody asks; leave the set out, or say what is asked`,
    program,
    file,
  );
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Rows of words and a tag for each, of names or of parts of speech: CoNLL, Universal Dependencies, WNUT. */
function tags(rows: readonly Row[], file: string): string | undefined {
  const words = ['tokens', 'words', 'token'].find((name) =>
    rows.every((row) => isList(row[name]) && row[name].every((word) => typeof word === 'string')),
  );
  const isTag = (name: string): boolean =>
    name !== words &&
    rows.every((row) => isList(row[name]) && row[name].length === (row[words!] as unknown[]).length) &&
    rows.every((row) => (row[name] as unknown[]).every((tag) => Number.isInteger(tag) || typeof tag === 'string'));
  const found = words === undefined ? [] : Object.keys(rows[0] ?? {}).filter(isTag);
  const tag = [/ner|entit|label|^tags$/i, /pos/i, /./]
    .map((kind) => found.find((name) => kind.test(name)))
    .find((name) => name !== undefined);
  if (words === undefined || tag === undefined) return undefined;
  const listed = `([${path(words)}, ${path(tag)}] | transpose | map(.[0] + ": " + (.[1] | tostring)) | join("\\n"))`;
  const program = `{prompt: ("Give the tag of every word:\\n\\n" + (${path(words)} | join(" "))), completion: ${listed}}`;
  return jq(`${quoted(found)} hold a tag for each of "${words}"; say what is asked, and what the tags are called`, program, file);
}

const TEXTS = ['document', 'article', 'dialogue', 'text', 'passage', 'content'] as const;
const SUMMARIES = ['summary', 'highlights', 'abstract'] as const;

/** Rows that are texts and their summaries, and nobody asks for these. */
function summaries(rows: readonly Row[]): string | undefined {
  const [text, summary] = [shared(rows, TEXTS, 'string'), shared(rows, SUMMARIES, 'string')];
  if (text === undefined || summary === undefined) return undefined;
  return (
    `nobody asks for "${summary}": name what is asked in a file for --formats, as ` +
    `formats: {mine: {instruction_key: ${text}, instruction_processor: random_summary_prompt, input_key: ${text}, output_key: ${summary}}}`
  );
}

const TASKS = [translation, summaries, tags, triplets, alike, classes] as const;

/** What to do with rows that belong to a task of which nobody says how to ask for it: translations, classes, summaries, tags, triplets. */
export const taskRemedy = (rows: readonly Row[], file: string): string | undefined =>
  rows.length === 0 ? undefined : TASKS.map((task) => task(rows, file)).find((remedy) => remedy !== undefined);

/** What to do with rows that nothing is known of, by the texts that they have. */
export function ownFormat(rows: readonly Row[]): string {
  const [first, ...others] = textColumns(rows);
  const generic = 'name one with format:, or describe this one in a file for --formats';
  if (first === undefined) return generic;
  // Beside lists and objects a text is hardly what is to be learnt.
  const isBare = rows.every((row) => Object.values(row).every((value) => typeof value !== 'object' || value === null));
  if (others.length === 0 && !isBare) return generic;
  if (others.length === 0) return `${generic}; text alone is read as formats: {mine: {text_key: ${first}}} with --format chatml`;
  return `${generic}, as formats: {mine: {instruction_key: …, output_key: …}}; its texts are in ${quoted([first, ...others])}`;
}
