import { contentHash, Random, type Sample } from '@sdg/values';
import { makeRow } from './make-row.js';
import type { TrainingRow } from './training-row.js';

/** Instructions by dataset type, as in `datamixing.auxiliary_instructions` of a pipeline. */
export type AuxiliaryInstructions = Readonly<Record<string, readonly string[]>>;

/** Documents as they were, not rewritten: no auxiliary rows are made of them. */
const BASE = 'base_document';

/**
 * The row that teaches how a document was rewritten: the raw document and an instruction of its dataset type, then the
 * rewritten document. Undefined for samples that are not of an auxiliary type. The instruction depends on the seed and
 * on the document alone, whichever of its samples comes first.
 */
export function auxiliaryRow(
  sample: Sample,
  instructions: AuxiliaryInstructions,
  { seed, unmask }: { readonly seed: number; readonly unmask: boolean },
): TrainingRow | undefined {
  const { dataset_type, raw_document, document, domain } = sample;
  if (typeof dataset_type !== 'string' || dataset_type === BASE) return undefined;
  if (typeof raw_document !== 'string' || typeof document !== 'string' || document.trim() === '') return undefined;
  const choices = Object.hasOwn(instructions, dataset_type) ? instructions[dataset_type] : undefined;
  if (!choices || choices.length === 0) return undefined;
  const instruction = new Random(seed, 'auxiliary', contentHash(document)).pick(choices);
  return makeRow(sample, {
    kind: `document_${dataset_type}`,
    messages: [
      { role: 'user', content: `${raw_document}\n\n${instruction}` },
      { role: 'assistant', content: document },
    ],
    metadata: { dataset_type, raw_document, dataset: `document_${dataset_type}`, domain },
    unmask,
  });
}
