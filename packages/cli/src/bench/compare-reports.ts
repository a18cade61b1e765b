import { table, valueText } from './render-report.js';
import { rowsOf, type Report, type Row } from './report.js';

/** How one quantity of two reports differs. */
export interface Change {
  readonly id: string;
  readonly title: string;
  readonly before: Row;
  readonly after: Row;
  /** New median over old. */
  readonly factor: number;
  /** `noise`: the runs of the two overlap. */
  readonly verdict: 'better' | 'worse' | 'changed' | 'noise';
}

/**
 * What changed beyond the noise that the reports measured: the values of all runs lie apart. For two times five runs of
 * the same thing that happens once in 126 times (two-sided rank test). Rows of one run only are never called changed.
 */
export function compareReports(before: Report, after: Report): Change[] {
  const old = new Map(rowsOf(before).map((row) => [row.id, row]));
  return rowsOf(after).flatMap((row) => {
    const was = old.get(row.id);
    if (!was) return [];
    const apart = row.value.low > was.value.high || row.value.high < was.value.low;
    const known = Math.min(row.value.runs, was.value.runs) > 1;
    const higher = row.value.median > was.value.median;
    const good = row.better === undefined ? 'changed' : higher === (row.better === 'higher') ? 'better' : 'worse';
    return [{ id: row.id, title: row.title, before: was, after: row, factor: row.value.median / was.value.median, verdict: apart && known ? good : 'noise' } as const];
  });
}

/** The comparison as Markdown: what changed, what is new or gone, and how many stayed within the noise. */
export function renderComparison(before: Report, after: Report): string {
  const changes = compareReports(before, after);
  const changed = changes.filter(({ verdict }) => verdict !== 'noise');
  const [oldIds, newIds] = [before, after].map((report) => new Set(rowsOf(report).map(({ id }) => id))) as [Set<string>, Set<string>];
  const only = (a: Set<string>, b: Set<string>): string => [...a].filter((id) => !b.has(id)).join(', ');
  const gone = only(oldIds, newIds);
  const added = only(newIds, oldIds);
  const elsewhere = Object.keys(after.environment).filter((key) => key !== 'commit' && before.environment[key] !== after.environment[key]);
  return [
    '## Compared',
    '',
    `Before: ${before.at}, \`${before.command}\`.`,
    '',
    ...(elsewhere.length > 0 ? [`Not the same ${elsewhere.join(', ')}: only ratios can be compared.`, ''] : []),
    changed.length === 0
      ? 'Nothing changed beyond the noise.'
      : table(['what', 'before', 'after', 'factor', ''], changed.map(({ title, before: a, after: b, factor, verdict }) => [title, valueText(a), valueText(b), `${factor.toFixed(2)}×`, verdict])),
    '',
    `${changes.length - changed.length} of ${changes.length} within the noise.`,
    ...(gone ? ['', `Gone: ${gone}.`] : []),
    ...(added ? ['', `New: ${added}.`] : []),
    '',
  ].join('\n');
}
