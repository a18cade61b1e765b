import { SdgError } from '@sdg/core';
import { loadTokenizer } from '@sdg/documents';
import { datasetStats, isAddress, openPath, type DatasetStats, type Spread } from '@sdg/mixer';
import { openAddress } from '../mix/open-hub.js';
import { loadFormats } from '../mix/mix-recipe.js';
import { count } from '../progress/format.js';
import type { StatsInvocation } from './stats-flags.js';

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

/** The figures of a dataset as text for a person. */
function describe(name: string, stats: DatasetStats, tokenizer: string): string {
  const { rows, bad, useless, formats, turns, roles, has, tokens, answerTokens, languages, exactDuplicates, nearDuplicates, columns } =
    stats;
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
  const options = { formats, countTokens: inPieces(countTokens), languageOf: (text: string) => detect(text.slice(0, TELLING)) };
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
    } catch (error) {
      if (!(error instanceof SdgError)) throw error;
      complain(error.message);
      exitCode = Math.max(exitCode, error.exitCode);
    }
  }
  return exitCode;
}
