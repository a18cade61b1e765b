import type { Sample } from '@sdg/core';
import { ancestorsOf, exchangesOf } from './exchanges.js';
import { bytesOf, cut, MOST_TEXT, shownColumns, shownLeaf, within, type RecordFiles } from './record-files.js';
import { Reservoirs } from './reservoirs.js';
import type { RowFigures, ShownRow, Step } from './run-data.js';

/** Rows shown: of each leaf, in all, and what they and their descents may take of the page in bytes. */
const A_LEAF = 12;
const MOST = 240;
const MOST_BYTES = 1_100_000;
/** Characters of all steps of a row. */
const MOST_DESCENT = 24_000;
/** Columns of which figures are shown, and leaves that are told apart. */
const MOST_COLUMNS = 60;
const MOST_LEAVES = 100_000;

/** Different values of a column that still count as scores or kinds. */
const MOST_VALUES = 12;

class ColumnTally {
  readonly lengths = new Map<number, number>();
  readonly values = new Map<string, number>();
  #isMany = false;

  add(value: unknown): void {
    if (typeof value === 'string') {
      const below = 2 ** Math.ceil(Math.log2(Math.max(1, value.length + 1)));
      this.lengths.set(below, (this.lengths.get(below) ?? 0) + 1);
    }
    if (this.#isMany || value === null || typeof value === 'object' || (typeof value === 'string' && value.length > 24)) {
      this.#isMany = true;
      return;
    }
    const key = String(value);
    this.values.set(key, (this.values.get(key) ?? 0) + 1);
    if (this.values.size > MOST_VALUES) this.#isMany = true;
  }

  get isScore(): boolean {
    return !this.#isMany && this.values.size > 0;
  }
}

/** Counts rows, and chooses some to be shown. */
async function tally(files: RecordFiles, onRow?: (row: Sample) => void): Promise<{ rows: Omit<RowFigures, 'shown'>; chosen: Sample[] }> {
  const chosen = new Reservoirs<Sample>(A_LEAF, MOST, 'rows');
  const columns = new Map<string, ColumnTally>();
  const byLeaf = new Map<string, number>();
  let total = 0;
  for await (const row of files.lines('rows.jsonl')) {
    total++;
    onRow?.(row as Sample);
    const { _sdg, ...own } = row as Sample;
    const leaf = shownLeaf(own, _sdg);
    if (byLeaf.has(leaf) || byLeaf.size < MOST_LEAVES) byLeaf.set(leaf, (byLeaf.get(leaf) ?? 0) + 1);
    chosen.take(leaf, row as Sample);
    for (const [name, value] of Object.entries(own)) {
      let found = columns.get(name);
      if (!found && columns.size < MOST_COLUMNS) columns.set(name, (found = new ColumnTally()));
      found?.add(value);
    }
  }
  const scores = [...columns].filter(([, { isScore }]) => isScore);
  const texts = [...columns].filter(([, { isScore, lengths }]) => !isScore && lengths.size > 0);
  return {
    rows: {
      total,
      byLeaf: Object.fromEntries(byLeaf),
      lengths: Object.fromEntries(
        texts.map(([name, { lengths }]) => [name, [...lengths].sort(([a], [b]) => a - b).map(([below, rows]) => ({ below, rows }))]),
      ),
      scores: Object.fromEntries(
        scores.map(([name, { values }]) => [name, Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)))]),
      ),
    },
    chosen: chosen.all,
  };
}

/** The steps of a row, cut so that all together are not too long. */
function shortSteps(steps: readonly Step[]): Step[] {
  let left = MOST_DESCENT;
  return steps.map((step) => {
    const most = Math.min(MOST_TEXT, left);
    const short = { ...step, prompt: cut(step.prompt, most), reply: cut(step.reply, most) };
    left = Math.max(200, left - short.prompt.length - short.reply.length);
    return short;
  });
}

/** Rows as they are shown, with what was asked and answered on their way, the oldest first. */
export async function withDescent(files: RecordFiles, chosen: readonly Sample[], mostBytes = MOST_BYTES): Promise<ShownRow[]> {
  const plain = chosen.map((row): ShownRow => {
    const { _sdg, ...columns } = row;
    const of = { leaf: shownLeaf(columns, _sdg), columns: shownColumns(columns), origin: { ..._sdg?.origin } };
    return { id: _sdg?.id ?? '', ...of, path: _sdg?.path ?? [], steps: [] };
  });
  // What has no room without its descent has none with it: memory is for what is shown.
  const fit = new Set(within(plain, mostBytes));
  const ways = chosen.map((row, i) => (row._sdg && fit.has(plain[i]!) ? ancestorsOf(row._sdg) : []));
  const steps = await exchangesOf(files, new Set(ways.flat()));
  const whole = plain.flatMap((row, i) =>
    fit.has(row) ? [{ ...row, steps: shortSteps(ways[i]!.flatMap((id) => steps.get(id) ?? [])) }] : [],
  );
  const shown = within(whole, mostBytes);
  // One that is too long even so is shown without its descent rather than none.
  return shown.length > 0 || whole.length === 0 ? shown : [{ ...whole[0]!, steps: [] }].filter((row) => bytesOf(row) < 2 * mostBytes);
}

/** Figures of the rows, and some of them to be shown with their descent. */
export async function readRows(files: RecordFiles, onRow?: (row: Sample) => void): Promise<RowFigures> {
  const { rows, chosen } = await tally(files, onRow);
  return { ...rows, shown: await withDescent(files, chosen) };
}
