import { LINEAGE } from '@sdg/core';
import { ROW_COLUMNS, type TrainingRow } from '../rows/training-row.js';

/** Skill rows as the leaf's own file has them: the columns stay columns. */
export async function* withColumns(rows: AsyncIterable<TrainingRow>): AsyncGenerator<object> {
  for await (const row of rows) yield columnsOf(row);
}

function columnsOf(row: TrainingRow): object {
  const { [LINEAGE]: lineage, ...columns } = JSON.parse(row.metadata) as Record<string, unknown>;
  const kept = Object.entries(columns).filter(([name]) => !ROW_COLUMNS.has(name));
  return { ...Object.fromEntries(kept), id: row.id, messages: row.messages, unmask: row.unmask, [LINEAGE]: lineage };
}
