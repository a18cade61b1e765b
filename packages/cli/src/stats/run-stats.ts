import { counted, SdgError, type MeaningStats } from '@sdg/core';
import { loadTokenizer } from '@sdg/documents';
import { datasetStats, isAddress, openPath, type DatasetStats, type Spread } from '@sdg/mixer';
import { embedderOf } from '../embedder-of.js';
import { openAddress } from '../mix/open-hub.js';
import { loadFormats } from '../mix/mix-recipe.js';
import { count } from '../progress/format.js';
import type { StatsInvocation } from '../commands/stats.js';

const BAR = 30;

const counts = (of: Readonly<Record<string, number>>, most = 8): string => {
  const entries = Object.entries(of);
  const more = entries.length - most;
  return (
    entries
      .slice(0, most)
      .map(([name, n]) => `${name} ${count(n)}`)
      .join(', ') + (more > 0 ? ` and ${count(more)} more` : '')
  );
};
const spread = ({ least, median, most }: Spread): string => `${count(least)} to ${count(most)}, median ${count(median)}`;

/** Rows by length, a bar a line. */
function histogram(of: DatasetStats['histogram']): string[] {
  const entries = Object.entries(of)
    .map(([limit, n]) => [Number(limit), n] as const)
    .sort(([a], [b]) => a - b);
  const most = Math.max(...entries.map(([, n]) => n));
  return entries.map(
    ([limit, n]) => `  up to ${count(limit).padStart(9)}  ${'#'.repeat(Math.max(1, Math.round((BAR * n) / most))).padEnd(BAR)} ${count(n)}`,
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

const GRAMS = { 1: 'words', 2: 'pairs', 3: 'triples' } as const;
/** Shares of n-grams that are not repeated; those of which there are none say nothing. */
const distinctText = (shares: DatasetStats['distinct']): string =>
  ([1, 2, 3] as const).flatMap((size) => (shares[size] === 0 ? [] : [`${percent(shares[size])} of ${GRAMS[size]}`])).join(', ') ||
  'no words';

/** How near rows are in meaning, as text. */
function meaningLines(stats: MeaningStats | undefined): [label: string, text: string][] {
  if (!stats) return [];
  const { rows, selfSimilarity, nearest, repeated, toSeed, documentCoverage } = stats;
  const digits = (value: number): string => value.toFixed(3);
  return [
    [
      'meaning',
      `of ${counted(rows, 'question')}: any two ${digits(selfSimilarity)} alike, each ${digits(nearest)} to its nearest; ` +
        `${percent(repeated)} have another one at 0.9 and more`,
    ],
    ...(toSeed === undefined ? [] : [['to examples', `${digits(toSeed)} to the example it was made from`] as [string, string]]),
    ...(documentCoverage === undefined
      ? []
      : [['documents', `paragraphs are ${digits(documentCoverage)} to the nearest question and answer`] as [string, string]]),
  ];
}

/** The figures of a dataset as text for a person. */
function describe(name: string, stats: DatasetStats, tokenizer: string): string {
  const {
    rows,
    bad,
    useless,
    formats,
    turns,
    roles,
    has,
    tokens,
    answerTokens,
    languages,
    exactDuplicates,
    nearDuplicates,
    distinct,
    columns,
  } = stats;
  const lines: [label: string, text: string][] = [
    ['rows', `${count(rows)}${bad > 0 ? `, ${count(bad)} of them bad` : ''}`],
    ['format', counts(formats)],
    [
      'columns',
      Object.entries(columns)
        .map(([column, n]) => (n === rows - bad ? column : `${column} (in ${count(n)})`))
        .join(', '),
    ],
    ['turns', `${spread(turns)}; ${counts(roles)}`],
    ['tokens', `${count(tokens.total)} by ${tokenizer}, ${count(answerTokens.total)} of them in answers; a row ${spread(tokens)}`],
    ['languages', counts(languages)],
    ['duplicates', `${count(exactDuplicates)} exact, ${count(nearDuplicates)} near`],
    ['distinct', distinctText(distinct)],
    ...meaningLines(stats.meanings),
    ...(Object.keys(has).length > 0 ? [['rows with', counts(has)] as [string, string]] : []),
    ...(Object.keys(useless).length > 0 ? [['teach nothing', counts(useless)] as [string, string]] : []),
  ];
  return [name, ...lines.map(([label, text]) => `${label.padEnd(14)} ${text}`), 'tokens by row', ...histogram(stats.histogram)].join('\n');
}

/** Characters without a gap that are counted at once: the time of the library grows with the square of their number. */
const RUN = 1000;
const LONG_RUN = new RegExp(`\\S{${RUN + 1},}|\\s{${RUN + 1},}`, 'g');
/** Characters of a text that tell its language. */
const TELLING = 10_000;

/** Counts tokens of a text in a time that grows with its length: runs that no text has are cut. */
function inPieces(countTokens: (text: string) => number): (text: string) => number {
  return (text) => {
    let count = 0;
    const rest = text.replace(LONG_RUN, (run) => {
      for (let at = 0; at < run.length; at += RUN) count += countTokens(run.slice(at, at + RUN));
      return '';
    });
    return count + countTokens(rest);
  };
}

/** The work of `sdg stats`: figures to stdout. */
export async function runStats({ flags, positionals, env, stdout, say, complain }: StatsInvocation): Promise<number> {
  const formats = await loadFormats(flags.formats ?? [], complain);
  const { countTokens: byDefault } = await import('gpt-tokenizer/encoding/o200k_base');
  const countTokens =
    flags.tokenizer === undefined
      ? (text: string) => byDefault(text, { allowedSpecial: 'all' } as never)
      : await loadTokenizer(flags.tokenizer);
  const { detect } = await import('tinyld');
  const embedder = await embedderOf(flags, { env, say });
  const options = { formats, embedder, countTokens: inPieces(countTokens), languageOf: (text: string) => detect(text.slice(0, TELLING)) };
  let exitCode = 0;
  for (const path of positionals) {
    const spec = { name: path, path, size: { kind: 'ratio', value: 1 } as const };
    try {
      const source = isAddress(path) ? await openAddress(spec, env, say) : await openPath(spec, say);
      const stats = await datasetStats(source, path, options);
      stdout.write(
        flags.format === 'json'
          ? `${JSON.stringify({ dataset: path, ...stats })}\n`
          : `${describe(path, stats, flags.tokenizer ?? 'o200k_base')}\n`,
      );
      if (stats.rows > 0 && stats.bad === stats.rows) {
        throw new SdgError('bad-input', `${path}: none of its rows is one that a model could learn from`, {
          remedy: 'name a dataset; documents are for sdg-read',
        });
      }
    } catch (error) {
      if (!(error instanceof SdgError)) throw error;
      complain(error.message);
      exitCode = Math.max(exitCode, error.exitCode);
    }
  }
  await embedder?.close?.();
  return exitCode;
}
