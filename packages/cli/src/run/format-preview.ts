import { alignColumns, clip, counted, safeText, columnsOf, lineageOf, type Sample } from '@sdg/core';
import { count } from '../progress/format.js';
import { leafOfSeed } from './choose-seeds.js';
import type { LostSample, PreviewNotes, Verdict } from './preview-notes.js';

/** Characters shown of a column that the run made, of one that the seed came with, and of a prompt or a reply. */
const SHOWN = { made: 1200, seed: 100, raw: 2000 } as const;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));

/** `name: text`, further lines below it set in. */
function field(name: string, text: string, most: number, indent: string): string[] {
  const [first = '', ...rest] = safeText(clip(text, most)).split('\n');
  return [`${indent}${safeText(name)}: ${first}`, ...rest.map((line) => `${indent}  ${line}`)];
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The columns that a sample has and its seed had not, or had otherwise. */
const madeColumns = (sample: Sample, seed: Sample): [string, unknown][] =>
  Object.entries(columnsOf(sample)).filter(([name, value]) => textOf(value) !== textOf(seed[name]));

/** What was said of a sample by blocks whose columns the pipeline has dropped since, or hold no reasons. */
const verdictLines = (verdicts: readonly Verdict[]): string[] =>
  verdicts.flatMap(({ block, columns, reply }) => [
    `      judged by ${safeText(block)}`,
    ...columns.flatMap(([name, value]) => field(name, textOf(value), SHOWN.made, '        ')),
    ...(reply === undefined ? [] : field('reply', reply.trim(), SHOWN.made, '        ')),
  ]);

const rowLines = (row: Sample, seed: Sample, verdicts: readonly Verdict[]): string[] => {
  const made = madeColumns(row, seed);
  const path = lineageOf(row).path.join(' > ');
  return [
    `  + row${path === '' ? '' : ` by ${safeText(path)}`}`,
    ...(made.length === 0
      ? ['      nothing was added']
      : made.flatMap(([name, value]) => field(name, textOf(value), SHOWN.made, '      '))),
    ...verdictLines(verdicts),
  ];
};

/** A loss with its verdicts: what the last judge wrote stands in the columns. */
function lostLines({ block, sample, drop: { kind, reason, detail } }: LostSample, seed: Sample, verdicts: readonly Verdict[]): string[] {
  const why = reason === 'filter' && kind === 'filtered' ? '' : `: ${safeText(reason)}`;
  return [
    `  - ${kind} by ${safeText(block)}${why}`,
    ...(detail?.message === undefined ? [] : field('why', detail.message, SHOWN.raw, '      ')),
    ...madeColumns(sample, seed).flatMap(([name, value]) => field(name, textOf(value), SHOWN.made, '      ')),
    ...verdictLines(verdicts),
    ...(detail?.prompt === undefined ? [] : field('prompt', detail.prompt, SHOWN.raw, '      ')),
    ...(detail?.reply === undefined ? [] : field('reply', detail.reply, SHOWN.raw, '      ')),
  ];
}

/** What became of one seed, `nth` of `all`. */
export function seedLines(seed: Sample, taken: PreviewNotes, [nth, all]: readonly [number, number], priced: boolean): string[] {
  const notes = taken.of(lineageOf(seed).root);
  const { file, line } = seed._sdg?.origin ?? {};
  const place = file === undefined ? '' : ` · ${file}${line === undefined ? '' : `:${line}`}`;
  const leaf = leafOfSeed(seed);
  const spent = [
    `${counted(notes.calls, 'call')}${notes.cachedCalls > 0 ? ` (${count(notes.cachedCalls)} from cache)` : ''}`,
    counted(notes.tokens, 'token'),
    ...(priced ? [`cost ${notes.cost.toFixed(6)}`] : []),
  ];
  return [
    `seed ${nth} of ${all}${leaf === '' ? '' : ` · ${safeText(leaf)}`}${safeText(place)}`,
    `  ${spent.join(', ')}; ${count(notes.rows.length)} out, ${count(notes.lost.length)} lost`,
    ...Object.entries(columnsOf(seed)).flatMap(([name, value]) => field(name, oneLine(textOf(value)), SHOWN.seed, '    ')),
    ...notes.rows.flatMap((row) => rowLines(row, seed, taken.verdictsOn(row))),
    ...notes.lost.flatMap((lost) => lostLines(lost, seed, taken.verdictsOn(lost.sample))),
    '',
  ];
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

/** A line for each column of the rows: how many have it, how many values differ, how long they are in characters. */
export function columnProfile(rows: readonly Sample[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(columnsOf(row))))];
  const lines = names.map((name) => {
    const values = rows.flatMap((row) => (row[name] === undefined ? [] : [row[name]]));
    const lengths = values.map((value) => textOf(value).length).sort((a, b) => a - b);
    return [
      clip(safeText(oneLine(name)), 40),
      [...new Set(values.map(kindOf))].join('|'),
      `${values.filter((value) => value !== null && value !== '').length}/${rows.length}`,
      count(new Set(values.map(textOf)).size),
      ...[lengths[0]!, lengths[Math.floor((lengths.length - 1) / 2)]!, lengths.at(-1)!].map(count),
    ];
  });
  return alignColumns([['column', 'type', 'filled', 'distinct', 'shortest', 'median', 'longest'], ...lines], (column) => column < 2);
}
