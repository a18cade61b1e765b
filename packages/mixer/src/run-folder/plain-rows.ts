import { LINEAGE, lineageOf, type Sample } from '@sdg/core';
import { isKnowledge } from '../rows/leaf-of.js';
import { questionAnswer } from '../rows/question-answer.js';
import { contextOf, skillQuestion } from '../rows/skill-row.js';
import { readLeaf, type LeafFile } from './leaf-files.js';

/** A row of `train_`: what is asked and answered, without the lineage. */
function plainRow(sample: Sample, systemPrompt: string): { system: string; user: string; assistant: string } | undefined {
  const pair = questionAnswer(sample);
  if (!pair || pair.answer === '' || pair.question === '') return undefined;
  const user = skillQuestion(pair.question, isKnowledge(sample) ? sample['document'] : contextOf(sample));
  return { system: systemPrompt, user, assistant: pair.answer };
}

async function* eachOf(leaves: readonly LeafFile[], make: (sample: Sample) => object | undefined): AsyncGenerator<object> {
  for (const leaf of leaves) {
    for await (const sample of readLeaf(leaf)) {
      const row = make(sample);
      if (row) yield row;
    }
  }
}

/** The rows of `train_`: system, user, assistant. Samples without question or answer give none. */
export const trainRows = (leaves: readonly LeafFile[], systemPrompt: string): AsyncGenerator<object> =>
  eachOf(leaves, (sample) => plainRow(sample, systemPrompt));

/** The rows of `messages_`: the same as turns, the system message in the metadata, with the lineage. */
export const messageRows = (leaves: readonly LeafFile[], systemPrompt: string): AsyncGenerator<object> =>
  eachOf(leaves, (sample) => {
    const row = plainRow(sample, systemPrompt);
    return (
      row && {
        messages: [
          { role: 'user', content: row.user },
          { role: 'assistant', content: row.assistant },
        ],
        metadata: JSON.stringify({ system: row.system, [LINEAGE]: lineageOf(sample) }),
      }
    );
  });
