import {
  type BlockContext,
  columnsOf,
  defineBlock,
  derive,
  detached,
  expand,
  filtered,
  type Outcome,
  rejected,
  type Sample,
  strict,
  type WithColumns,
  NONE,
} from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { listItems } from './list-items.js';
import { cutOff } from './llm/answers.js';
import { missingColumn } from './missing-column.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const config = closed({
  input_col: Field.name('Column with the list; it is removed.'),
  output_col: Field.name('Column for one item.'),
  label: Field.name(
    'Word that, with a number behind it, begins an item at the start of a line: Question for "### Question 1:". Numbers alone, ' +
      'JSON lists and tags are taken too.',
  ),
  finish_reason_col: Maybe.name(
    'Column with the reason why the reply ended, from the block that asked; it is removed. Where that is `length`, the last ' +
      'item is incomplete and left out.',
  ),
  max_items: Maybe.whole('Items taken at most; a column `num_samples` of the sample wins. Default: all.', { minimum: 1 }),
});

/** Config of {@link splitList}. */
export interface SplitListConfig<Input extends string = string, Name extends string = string> {
  readonly input_col: Input;
  readonly output_col: Name;
  readonly label: string;
  readonly finish_reason_col?: string;
  readonly max_items?: number;
}

/**
 * Makes one sample of each item of a list that the teacher wrote, in whatever form models write one (see `listItems`).
 * Text before the first mark, a greeting say, is no item. A list without a mark, an empty item and the last item of a list
 * that broke off are rejected with the text; items beyond `max_items` are filtered.
 *
 * @example samples.pipe(splitList({ input_col: 'questions', output_col: 'question', label: 'Question' }))
 */
export const splitList = strict(function splitList<S extends Sample, const Input extends string, const Name extends string>(
  { input_col, output_col, label, finish_reason_col, max_items }: SplitListConfig<Input, Name>,
  context: BlockContext = detached('split_list'),
): OperatorFunction<S, WithColumns<Omit<S, Input> & Sample, Name>> {
  type Out = WithColumns<Omit<S, Input> & Sample, Name>;
  return expand<S, Out>(context, () => (sample) => {
    const missing = missingColumn(sample, [input_col, ...(finish_reason_col === undefined ? [] : [finish_reason_col])]);
    if (missing) return missing;
    const { [input_col as string]: list, [finish_reason_col ?? '']: finish, ...rest } = columnsOf(sample);
    const isCut = finish === 'length';
    const text = asText(list);
    const items = listItems(text, label, isCut);
    const wanted = sample['num_samples'] ?? max_items;
    const most = typeof wanted === 'number' ? wanted : Infinity;
    if (items.length === 0) {
      return isCut
        ? cutOff('the list', text)
        : rejected('no-items', { message: `no line begins with "${label} 1:", "1." or the like`, reply: text });
    }
    return items.map((item, index): Outcome<Out> => {
      if (isCut && index === items.length - 1) return cutOff('the last item of the list', text);
      if (item === '') return rejected('empty-item', { message: `nothing follows mark ${index + 1} of ${items.length}`, reply: text });
      if (index >= most) return filtered('more than asked for');
      return derive(sample, { ...NONE, ...rest, [output_col]: item }, { block: context.name, index }) as unknown as Out;
    });
  });
}, config);

export const splitListBlock = defineBlock<typeof config, SplitListConfig>({
  type: 'SplitListBlock',
  summary: 'Makes one sample of each item of a list that the teacher wrote.',
  config,
  columns({ input_col, output_col, finish_reason_col }) {
    const reads = [input_col, ...(finish_reason_col === undefined ? [] : [finish_reason_col])];
    return { reads, adds: [output_col], removes: reads.filter((name) => name !== output_col) };
  },
  // Without a number of its own, the block that asked has counted the items already.
  cost: ({ max_items }) => ({ calls: 0, fanOut: max_items ?? 1, assumed: true }),
  examples: [
    {
      title: 'A greeting is not a question',
      config: { input_col: 'questions', output_col: 'question', label: 'Question' },
      input: [{ questions: 'Here you are!\n\n### Question 1:\nWhy do rivers bend?\n\n### Question 2: What is an oxbow?' }],
      output: [{ question: 'Why do rivers bend?' }, { question: 'What is an oxbow?' }],
    },
  ],
  create: splitList,
});
