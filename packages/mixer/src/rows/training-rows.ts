import {
  barrier,
  contentHash,
  DEFAULT_SEED,
  Drop,
  expand,
  type BlockContext,
  type Outcome,
  type Outcomes,
  type Reviewer,
  type Sample,
} from '@sdg/core';
import { connect, filter, merge, type OperatorFunction } from 'rxjs';
import { auxiliaryRow, type AuxiliaryInstructions } from './auxiliary-row.js';
import { documentQuestionRow, knowledgeSample, questionRow } from './knowledge-row.js';
import { LeafDocuments, type Documents } from './leaf-documents.js';
import { isKnowledge, leafOf } from './leaf-of.js';
import { raftRow } from './raft-row.js';
import { skillRow } from './skill-row.js';
import { DEFAULT_SYSTEM_PROMPT, type TrainingRow } from './training-row.js';

/**
 * Which training the rows are for. `knowledge` is phase 0.7: questions behind their document. `skills` is phase 1.0:
 * skill rows, RAFT rows, and those of phase 0.7 once more.
 */
export type Phase = 'knowledge' | 'skills';

/**
 * How a question about a document is put. `qa`: alone, closed book. `document`: behind its document. `raft`: behind several
 * documents of its leaf, its own among them or not.
 */
export const ROW_KINDS = ['qa', 'document', 'raft'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

export interface TrainingRowOptions {
  /** Kinds of rows of knowledge, in place of those of the phase: one row of each kind a sample, and no auxiliary rows. */
  readonly rows?: readonly RowKind[] | undefined;
  /** Default `skills`. */
  readonly phase?: Phase;
  /** Default {@link DEFAULT_SYSTEM_PROMPT}. */
  readonly systemPrompt?: string;
  /** Of all pipelines, or by the pipeline's name in the sample's lineage. Default none: no auxiliary rows. */
  readonly auxiliaryInstructions?: AuxiliaryInstructions | ((pipeline: string | undefined) => AuxiliaryInstructions | undefined);
  /** Seed of distractors and instructions. Default 42. */
  readonly seed?: number;
  /** Told of a leaf that has one document only, so that its RAFT rows have no distractors. */
  readonly onSingleDocument?: (leaf: string) => void;
}

/** Makes training rows of samples one by one, for one subscription. */
class RowMaker {
  readonly #options: TrainingRowOptions;
  readonly #seed: number;
  /** Hashes of leaf and document where the auxiliary row is made. */
  readonly #rewritten = new Set<string>();

  constructor(options: TrainingRowOptions) {
    this.#options = options;
    this.#seed = options.seed ?? DEFAULT_SEED;
  }

  skill(sample: Sample): Outcome<TrainingRow> {
    // A training row already: another mix wrote it.
    if (Array.isArray(sample['messages'])) return sample as TrainingRow;
    return skillRow(sample, this.#options.systemPrompt ?? DEFAULT_SYSTEM_PROMPT);
  }

  /** `documents`: of the sample's leaf; given, a RAFT row comes first. */
  knowledge(sample: Sample, documents?: Documents): Outcomes<TrainingRow> {
    const knowledge = knowledgeSample(sample);
    if (knowledge instanceof Drop) return knowledge;
    const auxiliary = this.#auxiliary(sample, knowledge.document, documents === undefined);
    return [
      ...(documents ? [raftRow(knowledge, documents, this.#seed)] : []),
      documentQuestionRow(knowledge),
      ...(auxiliary ? [auxiliary] : []),
    ];
  }

  /** One row of each kind that was asked for; `documents`: of the sample's leaf, for those that show several. */
  ofKinds(sample: Sample, kinds: readonly RowKind[], documents?: Documents): Outcomes<TrainingRow> {
    const knowledge = knowledgeSample(sample);
    if (knowledge instanceof Drop) return knowledge;
    return kinds.map((kind) => {
      if (kind === 'raft') return raftRow(knowledge, documents!, this.#seed);
      return kind === 'qa' ? questionRow(knowledge) : { ...documentQuestionRow(knowledge), unmask: false };
    });
  }

  #auxiliary(sample: Sample, document: string, unmask: boolean): TrainingRow | undefined {
    const given = this.#options.auxiliaryInstructions;
    const instructions = typeof given === 'function' ? given(sample._sdg?.pipeline) : given;
    const key = contentHash(leafOf(sample), document);
    if (!instructions || this.#rewritten.has(key)) return undefined;
    const row = auxiliaryRow(sample, instructions, { seed: this.#seed, unmask });
    if (row) this.#rewritten.add(key);
    return row;
  }
}

/** Makes the rows of knowledge in phase `skills`, where every row may show any document of its leaf. */
class RaftReviewer implements Reviewer<Sample, TrainingRow> {
  readonly #documents = new LeafDocuments();
  readonly #maker: RowMaker;
  readonly #options: TrainingRowOptions;

  constructor(options: TrainingRowOptions) {
    this.#options = options;
    this.#maker = new RowMaker(options);
  }

  see(sample: Sample): void {
    const { document } = sample;
    if (typeof document === 'string' && document.trim() !== '') this.#documents.add(leafOf(sample), document);
  }

  ready(): void {
    for (const leaf of this.#documents.leaves) if (this.#documents.of(leaf).count === 1) this.#options.onSingleDocument?.(leaf);
  }

  judge(sample: Sample): Outcomes<TrainingRow> {
    const documents = this.#documents.of(leafOf(sample));
    const { rows } = this.#options;
    return rows ? this.#maker.ofKinds(sample, rows, documents) : this.#maker.knowledge(sample, documents);
  }

  close(): void {
    this.#documents.close();
  }
}

/**
 * Turns generated samples into training rows: one row of a skill sample; of a knowledge sample its RAFT row (phase
 * `skills`), its question behind the document and, once for every document, its auxiliary row. Samples with nothing to
 * learn are rejected on record.
 *
 * Skill samples pass as they come, and so does knowledge in phase `knowledge`. In phase `skills` knowledge waits for
 * the end of the stream, because distractors come from all documents of a leaf, and follows the skills; it waits on disk.
 *
 * @example samples.pipe(trainingRows({ phase: 'knowledge' }, run.block('rows')))
 */
export function trainingRows(options: TrainingRowOptions, context: BlockContext): OperatorFunction<Sample, TrainingRow> {
  const passing = expand<Sample, TrainingRow>(context, () => {
    const maker = new RowMaker(options);
    const { rows } = options;
    const ofKnowledge = (sample: Sample): Outcomes<TrainingRow> => (rows ? maker.ofKinds(sample, rows) : maker.knowledge(sample));
    return (sample) => (isKnowledge(sample) ? ofKnowledge(sample) : maker.skill(sample));
  });
  const isWaiting = options.rows ? options.rows.includes('raft') : options.phase !== 'knowledge';
  if (!isWaiting) return passing;
  const waiting = barrier<Sample, TrainingRow>(context, () => new RaftReviewer(options));
  return connect((shared) =>
    merge(
      shared.pipe(
        filter((sample) => !isKnowledge(sample)),
        passing,
      ),
      shared.pipe(filter(isKnowledge), waiting),
    ),
  );
}
