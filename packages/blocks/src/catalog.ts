import type { BlockSpec, Catalog } from '@sdg/core';
import { combineColumnsBlock } from './combine-columns.js';
import { conditionalLlmBlock } from './conditional-llm.js';
import { dropColumnsBlock } from './drop-columns.js';
import { dropDuplicatesBlock } from './drop-duplicates.js';
import { duplicateColumnsBlock } from './duplicate-columns.js';
import { embedBlock } from './embed.js';
import { filterByValueBlock } from './filter-by-value.js';
import { flattenColumnsBlock } from './flatten-columns.js';
import { heuristicsFilterBlock } from './heuristics-filter.js';
import { iterBlock } from './iter.js';
import { languageBlock } from './language.js';
import { llmJsonBlock } from './llm-json.js';
import { llmJudgeBlock } from './llm-judge.js';
import { llmLogProbBlock } from './llm-log-prob.js';
import { llmMessagesBlock } from './llm-messages.js';
import { llmBlock } from './llm.js';
import { mapColumnsBlock } from './map-columns.js';
import { nearDuplicatesBlock } from './near-duplicates.js';
import { randomSampleBlock } from './random-sample.js';
import { ratingJudgeBlock } from './rating-judge.js';
import { readabilityBlock } from './readability.js';
import { renameColumnsBlock } from './rename-columns.js';
import { rougeDuplicatesBlock } from './rouge-duplicates.js';
import { sampleExamplesBlock } from './sample-examples.js';
import { samplePopulatorBlock } from './sample-populator.js';
import { selectBlock } from './select.js';
import { selectorBlock } from './selector.js';
import { semanticDuplicatesBlock } from './semantic-duplicates.js';
import { setColumnsBlock } from './set-columns.js';
import { setToMajorityValueBlock } from './set-to-majority-value.js';
import { splitListBlock } from './split-list.js';
import { textGuardsBlock } from './text-guards.js';
import { wordListBlock } from './word-list.js';

const specs: readonly BlockSpec[] = [
  llmBlock,
  conditionalLlmBlock,
  llmLogProbBlock,
  llmMessagesBlock,
  llmJsonBlock,
  llmJudgeBlock,
  ratingJudgeBlock,
  splitListBlock,
  sampleExamplesBlock,
  filterByValueBlock,
  heuristicsFilterBlock,
  textGuardsBlock,
  languageBlock,
  readabilityBlock,
  wordListBlock,
  dropDuplicatesBlock,
  nearDuplicatesBlock,
  rougeDuplicatesBlock,
  embedBlock,
  semanticDuplicatesBlock,
  selectBlock,
  randomSampleBlock,
  samplePopulatorBlock,
  selectorBlock,
  mapColumnsBlock,
  setColumnsBlock,
  combineColumnsBlock,
  flattenColumnsBlock,
  duplicateColumnsBlock,
  renameColumnsBlock,
  dropColumnsBlock,
  setToMajorityValueBlock,
  iterBlock,
];

/** Every block of this package, by type. A plain list: importing it does nothing else. */
export const catalog: Catalog = new Map(specs.map((spec) => [spec.type, spec]));
