import { defined, Drop, rejected, type Sample } from '@sdg/values';
import { makeRow } from './make-row.js';
import { learnable, type QuestionAnswer } from './question-answer.js';
import type { TrainingRow } from './training-row.js';

/** A generated knowledge sample, taken apart. */
export interface KnowledgeSample extends QuestionAnswer {
  readonly sample: Sample;
  readonly document: string;
}

/** What of a knowledge sample its training rows are made of; a drop where there is nothing to learn from it. */
export function knowledgeSample(sample: Sample): KnowledgeSample | Drop {
  const document = sample['document'];
  if (typeof document !== 'string' || document.trim() === '') return rejected('no document');
  const pair = learnable(sample);
  if (pair instanceof Drop) return pair;
  return { sample, document, ...pair };
}

/** Metadata of a row that asks about a document. */
export function documentMetadata({ sample, document }: KnowledgeSample, dataset: string): Record<string, unknown> {
  const { domain, raw_document, dataset_type } = sample;
  return {
    sdg_document: document,
    domain,
    dataset,
    ...defined({ raw_document, dataset_type }),
  };
}

/** The row of phase 0.7, and again in phase 1.0: the document and the question, then the answer; all turns are learnt. */
export function documentQuestionRow(knowledge: KnowledgeSample): TrainingRow {
  const { sample, document, question, answer } = knowledge;
  return makeRow(sample, {
    kind: 'document_knowledge_qa',
    messages: [
      { role: 'user', content: `${document}\n\n${question}` },
      { role: 'assistant', content: answer },
    ],
    metadata: documentMetadata(knowledge, 'document_knowledge_qa'),
    unmask: true,
  });
}

/** The question alone, then the answer: what the document says is to be known without it. */
export function questionRow(knowledge: KnowledgeSample): TrainingRow {
  const { sample, question, answer } = knowledge;
  return makeRow(sample, {
    kind: 'knowledge_qa',
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
    metadata: documentMetadata(knowledge, 'knowledge_qa'),
    unmask: false,
  });
}
