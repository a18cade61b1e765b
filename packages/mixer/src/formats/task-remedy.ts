import { jq, path, shared } from './jq-program.js';
import { isObject } from './json-text.js';

type Row = Readonly<Record<string, unknown>>;

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

/** What to do with rows that belong to a task of which nobody says how to ask for it: translations, classes, summaries. */
export const taskRemedy = (rows: readonly Row[], file: string): string | undefined =>
  rows.length === 0 ? undefined : (translation(rows, file) ?? summaries(rows) ?? classes(rows, file));

/** What to do with rows that nothing is known of, by the texts that they have. */
export function ownFormat(rows: readonly Row[]): string {
  const [first, ...others] = textColumns(rows);
  const generic = 'name one with format:, or describe this one in a file for --formats';
  if (first === undefined) return generic;
  if (others.length === 0) return `${generic}; text alone is read as formats: {mine: {text_key: ${first}}} with --format chatml`;
  return `${generic}, as formats: {mine: {instruction_key: …, output_key: …}}; its texts are in ${quoted([first, ...others])}`;
}
