import { sumOf } from '@sdg/values';
import { table, valueText } from './render-report.js';
import { isMet, rowsOf, type Report, type Row } from './report.js';

/** How one quantity of two reports differs. */
export interface Change {
  readonly id: string;
  readonly title: string;
  readonly before: Row;
  readonly after: Row;
  /** New median over old. */
  readonly factor: number;
  /** How likely runs of the same thing would lie apart as these might. */
  readonly chance: number;
  /** `noise`: the runs of the two overlap, or are too few. */
  readonly verdict: 'better' | 'worse' | 'changed' | 'noise';
}

/** Greatest probability of a change that is none, for each quantity. */
const CHANCE = 0.05;

/** How likely all `a` values of one report lie on one side of all `b` values of the other by chance: two-sided rank test. */
function chanceApart(a: number, b: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(a, b); i++) ways = (ways * (Math.max(a, b) + i)) / i;
  return 2 / ways;
}

/** Whether a quantity is time or a rate, which a machine that is busier or slower changes. */
const isTimed = ({ unit }: Row): boolean => /(^|\/)(µs|ms|s|min)$/.test(unit);

/** How much faster or slower the machine was, from 1 up, when the suite of a row was measured. */
function drift(before: Report, after: Report, id: string): number {
  const [was, is] = [before, after].map(
    (report) => report.suites.find(({ rows }) => rows.some((row) => row.id === id))?.yardstickMs?.median,
  );
  return was === undefined || is === undefined ? 1 : Math.max(was / is, is / was);
}

/**
 * What changed beyond the noise that the reports measured: the values of all runs lie apart, and there are enough runs
 * for that to happen by chance less than once in 20 times. Five runs beside five: once in 126 times. Times and rates have
 * to lie apart by as much as the machine itself got faster or slower, besides.
 */
export function compareReports(before: Report, after: Report): Change[] {
  const old = new Map(rowsOf(before).map((row) => [row.id, row]));
  return rowsOf(after).flatMap((row) => {
    const was = old.get(row.id);
    if (!was) return [];
    const slack = isTimed(row) ? drift(before, after, row.id) : 1;
    const apart = row.value.low > was.value.high * slack || row.value.high * slack < was.value.low;
    const chance = chanceApart(row.value.runs, was.value.runs);
    const higher = row.value.median > was.value.median;
    const good = row.better === undefined ? 'changed' : higher === (row.better === 'higher') ? 'better' : 'worse';
    return [
      {
        id: row.id,
        title: row.title,
        before: was,
        after: row,
        factor: row.value.median / was.value.median,
        chance,
        verdict: apart && chance < CHANCE ? good : 'noise',
      } as const,
    ];
  });
}

/** Targets that were met and are not, or the other way round: said whatever the noise, since a target has no noise. */
function turned(changes: readonly Change[]): string[] {
  return changes.flatMap(({ title, before, after }) => {
    const [was, is] = [isMet(before), isMet(after)];
    return was === undefined || is === undefined || was === is
      ? []
      : [`- ${is ? 'now met' : '**no longer met**'}: ${title}: ${valueText(before)} before, ${valueText(after)} now`];
  });
}

/** The comparison as Markdown: what changed, what is new or gone, and how many stayed within the noise. */
export function renderComparison(before: Report, after: Report): string {
  const changes = compareReports(before, after);
  const changed = changes.filter(({ verdict }) => verdict !== 'noise');
  const flips = turned(changes);
  const alarms = sumOf(changes, ({ chance }) => (chance < CHANCE ? chance : 0));
  const [oldIds, newIds] = [before, after].map((report) => new Set(rowsOf(report).map(({ id }) => id))) as [Set<string>, Set<string>];
  const only = (a: Set<string>, b: Set<string>): string => [...a].filter((id) => !b.has(id)).join(', ');
  const gone = only(oldIds, newIds);
  const added = only(newIds, oldIds);
  const drifts = after.suites.map(({ name, rows }) => ({ name, by: drift(before, after, rows[0]?.id ?? '') })).filter(({ by }) => by > 1.1);
  const elsewhere = Object.keys(after.environment).filter((key) => key !== 'commit' && before.environment[key] !== after.environment[key]);
  return [
    '## Compared',
    '',
    `Before: ${before.at}, \`${before.command}\`.`,
    '',
    ...(elsewhere.length > 0 ? [`Not the same ${elsewhere.join(', ')}: only ratios can be compared.`, ''] : []),
    ...(drifts.length > 0
      ? [
          `The machine was not as fast in both: ${drifts.map(({ name, by }) => `${name} ${by.toFixed(2)}×`).join(', ')}. Times ` +
            `and rates there count as changed only beyond that.`,
          '',
        ]
      : []),
    changed.length === 0
      ? 'Nothing changed beyond the noise.'
      : table(
          ['what', 'before', 'after', 'factor', ''],
          changed.map(({ title, before: a, after: b, factor, verdict }) => [
            title,
            valueText(a),
            valueText(b),
            `${factor.toFixed(2)}×`,
            verdict,
          ]),
        ),
    '',
    `${changes.length - changed.length} of ${changes.length} within the noise. By chance alone about ${Math.round(alarms)} would differ.`,
    ...(flips.length > 0 ? ['', 'Targets:', '', ...flips] : []),
    ...(gone ? ['', `Gone: ${gone}.`] : []),
    ...(added ? ['', `New: ${added}.`] : []),
    '',
  ].join('\n');
}
