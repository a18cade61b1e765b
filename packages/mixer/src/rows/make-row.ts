import { contentHash, LINEAGE, lineageOf, type Sample } from '@sdg/values';
import type { Message, TrainingRow } from './training-row.js';

export interface RowParts {
  /** What kind of row is made of the sample: two kinds made of one sample have two ids. */
  readonly kind: string;
  readonly messages: readonly Message[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly unmask: boolean;
}

/**
 * A training row made of `sample`. Its id is a hash of the sample's lineage id, of `kind` and of the messages; its
 * metadata carries the lineage under `_sdg`, so the row leads back to leaf, seed example, document chunk, pipeline and
 * teacher.
 */
export function makeRow(sample: Sample, { kind, messages, metadata, unmask }: RowParts): TrainingRow {
  const lineage = lineageOf(sample);
  const said = messages.filter(({ role }) => role !== 'system').flatMap(({ role, content }) => [role, content]);
  return {
    id: contentHash('row', kind, lineage.id, ...said),
    messages,
    metadata: JSON.stringify({ ...metadata, [LINEAGE]: lineage }),
    unmask,
  };
}
