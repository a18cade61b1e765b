import { lineageOf, Random } from '@sdg/values';
import { documentMetadata, type KnowledgeSample } from './knowledge-row.js';
import type { Documents } from './leaf-documents.js';
import { makeRow } from './make-row.js';
import type { TrainingRow } from './training-row.js';

/** Share of the rows whose own document is among those shown. */
export const RAFT_GOLDEN_SHARE = 0.4;

/** Documents shown with a question. */
export const RAFT_DOCUMENTS = 4;

/** Up to `count` different numbers from 0 to `length` − 1 without `except`, each set of them equally likely. */
function pickOthers(length: number, except: number, count: number, random: Random): number[] {
  const isOther = except >= 0 && except < length;
  const size = isOther ? length - 1 : length;
  const picked = new Set<number>();
  // Floyd's way: one draw for each, however many there are to choose from.
  for (let top = Math.max(0, size - count); top < size; top++) {
    const drawn = random.below(top + 1);
    picked.add(picked.has(drawn) ? top : drawn);
  }
  return Array.from(picked, (number) => (isOther && number >= except ? number + 1 : number));
}

/** The documents to show: up to four, the golden one among them with probability 0.4, in random order. */
function pickDocuments(golden: string, documents: Documents, random: Random): string[] {
  const own = documents.indexOf(golden);
  if (documents.count === 0 || (documents.count === 1 && own === 0)) return [golden];
  const shows = random.float() < RAFT_GOLDEN_SHARE;
  const others = pickOthers(documents.count, own, shows ? RAFT_DOCUMENTS - 1 : RAFT_DOCUMENTS, random).map((index) =>
    documents.text(index),
  );
  return random.shuffle(shows ? [...others, golden] : others);
}

/**
 * A row for retrieval-augmented fine-tuning: the question behind several documents of its leaf, of which its own may be
 * one or not, so that the model learns both to find the passage and to do without it. The choice depends on the seed
 * and on the sample's lineage alone.
 *
 * Source: Zhang et al., RAFT: Adapting Language Model to Domain Specific RAG, arXiv:2403.10131.
 */
export function raftRow(knowledge: KnowledgeSample, documents: Documents, seed: number): TrainingRow {
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
