import { refuseUnknown, type BlockContext } from '@sdg/core';
import { combineColumns as combineColumnsOperator, combineColumnsBlock } from './combine-columns.js';
import { conditionalLlm as conditionalLlmOperator, conditionalLlmBlock } from './conditional-llm.js';
import { dropColumns as dropColumnsOperator, dropColumnsBlock } from './drop-columns.js';
import { dropDuplicates as dropDuplicatesOperator, dropDuplicatesBlock } from './drop-duplicates.js';
import { duplicateColumns as duplicateColumnsOperator, duplicateColumnsBlock } from './duplicate-columns.js';
import { embed as embedOperator, embedBlock } from './embed.js';
import { filterByValue as filterByValueOperator, filterByValueBlock } from './filter-by-value.js';
import { flattenColumns as flattenColumnsOperator, flattenColumnsBlock } from './flatten-columns.js';
import { heuristicsFilter as heuristicsFilterOperator, heuristicsFilterBlock } from './heuristics-filter.js';
import { language as languageOperator, languageBlock } from './language.js';
import { llmJson as llmJsonOperator, llmJsonBlock } from './llm-json.js';
import { llmJudge as llmJudgeOperator, llmJudgeBlock } from './llm-judge.js';
import { llmLogProb as llmLogProbOperator, llmLogProbBlock } from './llm-log-prob.js';
import { llmMessages as llmMessagesOperator, llmMessagesBlock } from './llm-messages.js';
import { llm as llmOperator, llmBlock } from './llm.js';
import { mapColumns as mapColumnsOperator, mapColumnsBlock } from './map-columns.js';
import { nearDuplicates as nearDuplicatesOperator, nearDuplicatesBlock } from './near-duplicates.js';
import { randomSample as randomSampleOperator, randomSampleBlock } from './random-sample.js';
import { ratingJudge as ratingJudgeOperator, ratingJudgeBlock } from './rating-judge.js';
import { readability as readabilityOperator, readabilityBlock } from './readability.js';
import { renameColumns as renameColumnsOperator, renameColumnsBlock } from './rename-columns.js';
import { rougeDuplicates as rougeDuplicatesOperator, rougeDuplicatesBlock } from './rouge-duplicates.js';
import { sampleExamples as sampleExamplesOperator, sampleExamplesBlock } from './sample-examples.js';
import { samplePopulator as samplePopulatorOperator, samplePopulatorBlock } from './sample-populator.js';
import { select as selectOperator, selectBlock } from './select.js';
import { selector as selectorOperator, selectorBlock } from './selector.js';
import { semanticDuplicates as semanticDuplicatesOperator, semanticDuplicatesBlock } from './semantic-duplicates.js';
import { setColumns as setColumnsOperator, setColumnsBlock } from './set-columns.js';
import { setToMajorityValue as setToMajorityValueOperator, setToMajorityValueBlock } from './set-to-majority-value.js';
import { splitList as splitListOperator, splitListBlock } from './split-list.js';

type Operator = (config: never, context?: BlockContext) => unknown;

/** The names that a block's config may have: those of its schema, which every loaded config keeps to. */
const namesOf = ({ config }: { readonly config: object }): readonly string[] =>
  Object.keys((config as { properties?: object }).properties ?? {});

/**
 * The operator of a block as programs use it: a misspelt member of its config fails as it does in YAML, all of them at
 * once, where the operator is made. The compiler sees most of them; JavaScript sees none.
 *
 * @throws SdgError `config`
 * @example llm({ prompt, output_colums: ['q'] }) // llm: field "output_colums" is not known; did you mean "output_cols"?
 */
function strict<F extends Operator>(spec: { readonly config: object }, operator: F): F {
  const known = namesOf(spec);
  const checked = (config: Readonly<Record<string, unknown>>, context?: BlockContext): unknown => {
    refuseUnknown(operator.name, Object.keys(config), known, 'field');
    return (operator as unknown as (config: object, context?: BlockContext) => unknown)(config, context);
  };
  return Object.defineProperty(checked, 'name', { value: operator.name }) as unknown as F;
}

// The operators as programs compose them. `iter` is not among them: what it takes beside its number is a spec.
export const combineColumns = strict(combineColumnsBlock, combineColumnsOperator);
export const conditionalLlm = strict(conditionalLlmBlock, conditionalLlmOperator);
export const dropColumns = strict(dropColumnsBlock, dropColumnsOperator);
export const dropDuplicates = strict(dropDuplicatesBlock, dropDuplicatesOperator);
export const duplicateColumns = strict(duplicateColumnsBlock, duplicateColumnsOperator);
export const embed = strict(embedBlock, embedOperator);
export const filterByValue = strict(filterByValueBlock, filterByValueOperator);
export const flattenColumns = strict(flattenColumnsBlock, flattenColumnsOperator);
export const heuristicsFilter = strict(heuristicsFilterBlock, heuristicsFilterOperator);
export const language = strict(languageBlock, languageOperator);
export const llmJson = strict(llmJsonBlock, llmJsonOperator);
export const llmJudge = strict(llmJudgeBlock, llmJudgeOperator);
export const llmLogProb = strict(llmLogProbBlock, llmLogProbOperator);
export const llmMessages = strict(llmMessagesBlock, llmMessagesOperator);
export const llm = strict(llmBlock, llmOperator);
export const mapColumns = strict(mapColumnsBlock, mapColumnsOperator);
export const nearDuplicates = strict(nearDuplicatesBlock, nearDuplicatesOperator);
export const randomSample = strict(randomSampleBlock, randomSampleOperator);
export const ratingJudge = strict(ratingJudgeBlock, ratingJudgeOperator);
export const readability = strict(readabilityBlock, readabilityOperator);
export const renameColumns = strict(renameColumnsBlock, renameColumnsOperator);
export const rougeDuplicates = strict(rougeDuplicatesBlock, rougeDuplicatesOperator);
export const sampleExamples = strict(sampleExamplesBlock, sampleExamplesOperator);
export const samplePopulator = strict(samplePopulatorBlock, samplePopulatorOperator);
export const select = strict(selectBlock, selectOperator);
export const selector = strict(selectorBlock, selectorOperator);
export const semanticDuplicates = strict(semanticDuplicatesBlock, semanticDuplicatesOperator);
export const setColumns = strict(setColumnsBlock, setColumnsOperator);
export const setToMajorityValue = strict(setToMajorityValueBlock, setToMajorityValueOperator);
export const splitList = strict(splitListBlock, splitListOperator);
