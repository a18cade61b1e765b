export * from './catalog.js';
export * from './combine-columns.js';
export { commonSubsequence } from '@sdg/similarity';
export * from './conditional-llm.js';
export * from './drop-columns.js';
export * from './drop-duplicates.js';
export * from './duplicate-columns.js';
export * from './embed.js';
export * from './filter-by-value.js';
export * from './flatten-columns.js';
export * from './heuristics-filter.js';
export * from './iter.js';
export * from './language.js';
export * from './list-items.js';
export * from './llm-json.js';
export * from './llm-judge.js';
export * from './llm-log-prob.js';
export * from './llm-messages.js';
export * from './llm.js';
export * from './map-columns.js';
export * from './near-duplicates.js';
export * from './parse-rating.js';
export * from './random-sample.js';
export * from './rating-judge.js';
export * from './readability.js';
export * from './rename-columns.js';
export * from './rouge-duplicates.js';
export * from '@sdg/similarity';
export * from './sample-examples.js';
export * from './sample-populator.js';
export * from './select.js';
export * from './selector.js';
export * from './semantic-duplicates.js';
export * from './set-columns.js';
export * from './set-to-majority-value.js';
export * from './split-list.js';
export * from './text-guards.js';
export * from './word-list.js';
export { type GuardName, guardNames } from './guards.js';
export * from '@sdg/python/jinja';
export * from './llm/ask.js';
export * from './llm/config.js';
export * from './llm/parse-reply.js';
export * from './llm/prompt.js';
export * from './llm/request.js';
export * from '@sdg/python/regex';
export * from './llm/load-prompt.js';
// Named one by one, they stand before those that the files of the blocks export.
export {
  combineColumns,
  conditionalLlm,
  dropColumns,
  dropDuplicates,
  duplicateColumns,
  embed,
  filterByValue,
  flattenColumns,
  heuristicsFilter,
  language,
  llmJson,
  llmJudge,
  llmLogProb,
  llmMessages,
  llm,
  mapColumns,
  nearDuplicates,
  randomSample,
  ratingJudge,
  readability,
  renameColumns,
  rougeDuplicates,
  sampleExamples,
  samplePopulator,
  select,
  selector,
  semanticDuplicates,
  setColumns,
  setToMajorityValue,
  splitList,
} from './operators.js';
