import { lineageOf, Random } from '@sdg/core/values';
import { documentMetadata, type KnowledgeSample } from './knowledge-row.js';
import { makeRow } from './make-row.js';
import type { TrainingRow } from './training-row.js';

/** Share of the rows whose own document is among those shown. */
export const RAFT_GOLDEN_SHARE = 0.4;

/** Documents shown with a question. */
export const RAFT_DOCUMENTS = 4;

/** The documents to show: up to four, the golden one among them with probability 0.4, in random order. */
function pickDocuments(golden: string, documents: readonly string[], random: Random): string[] {
  const distractors = documents.filter((document) => document !== golden);
  if (distractors.length === 0) return [golden];
  const shown =
    random.float() < RAFT_GOLDEN_SHARE
      ? [...random.sample(distractors, RAFT_DOCUMENTS - 1), golden]
      : random.sample(distractors, RAFT_DOCUMENTS);
  return random.shuffle(shown);
}

/**
 * A row for retrieval-augmented fine-tuning: the question behind several documents of its leaf, of which its own may be
 * one or not, so that the model learns both to find the passage and to do without it. The choice depends on the seed
 * and on the sample's lineage alone.
 *
 * Source: Zhang et al., RAFT: Adapting Language Model to Domain Specific RAG, arXiv:2403.10131.
 */
export function raftRow(knowledge: KnowledgeSample, documents: readonly string[], seed: number): TrainingRow {
  const { sample, document, question, answer } = knowledge;
  const shown = pickDocuments(document, documents, new Random(seed, 'raft', lineageOf(sample).id));
  const context = shown.map((text) => `Document:\n${text}\n\n`).join('\n');
  return makeRow(sample, {
    kind: 'raft',
    messages: [
      { role: 'user', content: `${context}\n\n${question}` },
      { role: 'assistant', content: answer },
    ],
    metadata: documentMetadata(knowledge, `document_knowledge_qa_raft_p${RAFT_GOLDEN_SHARE}`),
    unmask: false,
  });
}
