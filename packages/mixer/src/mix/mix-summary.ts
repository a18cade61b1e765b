import { counted, groupDigits } from '@sdg/values';

/** What became of one dataset of a mix. Counts are rows. */
export interface DatasetSummary {
  readonly name: string;
  readonly path: string;
  readonly format: string;
  readonly columns: readonly string[];
  /** Licence that its source names. */
  license?: string;
  /** Rows looked at. Where rows are drawn from a file unread, all that it has. */
  rows: number;
  /** Rows that are not JSON or not of the format, left out on request. */
  bad: number;
  /** Rows that rules dropped, by reason. */
  readonly dropped: Record<string, number>;
  /** Evaluation items for which rows were dropped, and how many. */
  readonly contaminatedBy: Record<string, number>;
  /** Rows looked at that came out changed, by how, in words that follow a number of rows. */
  readonly changes: Record<string, number>;
  duplicates: number;
  /** Rows that others stand for, where a subset was selected. */
  notSelected: number;
  /** Rows beyond `max_per_leaf`. */
  overLeafCap: number;
  /** Rows looked at of which the form written holds the first question and answer alone. */
  cut: number;
  /** Rows that could be drawn. */
  available: number;
  /** Rows asked for. */
  wanted: number;
  /** Rows asked for that it does not have, where it is to stop at those it has. */
  stoppedShortOf?: number;
  /** Rows in the mix, those drawn several times counted as often. */
  out: number;
  /** Rows in the mix beyond the first time. */
  repeated: number;
}

export interface MixSummary {
  readonly datasets: readonly DatasetSummary[];
  /** Rows in the mix. */
  out: number;
  readonly seed: number;
}

/** Evaluation items that a line names. */
const ITEMS = 3;

/** The evaluation items that most rows were dropped for. */
function byItem(items: Readonly<Record<string, number>>): string {
  const all = Object.entries(items).sort(([, a], [, b]) => b - a);
  if (all.length === 0) return '';
  const more = all.length - ITEMS;
  return ` by ${all
    .slice(0, ITEMS)
    .map(([item, n]) => (n > 1 ? `${item} (${groupDigits(n)})` : item))
    .join(', ')}${more > 0 ? ` and ${groupDigits(more)} more` : ''}`;
}

/** One line for a person: where the rows of a dataset went. */
export function describeDataset(dataset: DatasetSummary): string {
  const { name, rows, bad, dropped, contaminatedBy, changes, duplicates, notSelected, overLeafCap, cut, wanted, out, repeated } = dataset;
  const parts = [
    bad > 0 && counted(bad, 'bad row'),
    ...Object.entries(dropped).map(
      ([reason, n]) => `${groupDigits(n)} dropped (${reason}${reason === 'contaminated' ? byItem(contaminatedBy) : ''})`,
    ),
    duplicates > 0 && counted(duplicates, 'duplicate'),
    notSelected > 0 && `${groupDigits(notSelected)} not selected`,
    overLeafCap > 0 && `${groupDigits(overLeafCap)} beyond max_per_leaf`,
    cut > 0 && `${groupDigits(cut)} cut to the first question and answer`,
    ...Object.entries(changes).map(([what, n]) => `${groupDigits(n)} ${what}`),
    repeated > 0 && `${groupDigits(repeated)} repeated`,
    dataset.stoppedShortOf !== undefined && `all there is of ${groupDigits(dataset.stoppedShortOf)} asked for`,
    out < wanted && `short of ${groupDigits(wanted)} by ${groupDigits(wanted - out)}`,
  ].filter((part) => part !== false);
  return `${name}: ${groupDigits(out)} of ${counted(rows, 'row')}${parts.length > 0 ? `; ${parts.join(', ')}` : ''}`;
}
