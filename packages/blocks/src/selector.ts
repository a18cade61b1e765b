import { defineBlock, detached, evolve, expand, rejected, strict, type BlockContext, type Sample, type WithColumns, NONE } from '@sdg/core';
import { closed, Field, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';

const config = closed({
  choice_map: Type.Record(Type.String(), Type.String(), { minProperties: 1, description: 'Column to take, by value of `choice_col`.' }),
  choice_col: Field.name('Column that says which.'),
  output_col: Field.name('Column for what was taken.'),
});

/** Config of {@link selector}. */
export interface SelectorConfig<Name extends string = string> {
  readonly choice_map: Readonly<Record<string, string>>;
  readonly choice_col: string;
  readonly output_col: Name;
}

/**
 * Copies one of several columns, chosen by the value of another. A value that the map does not have, and a column that
 * the sample lacks, reject it.
 *
 * @example samples.pipe(selector({ choice_map: { A: 'answer_a', B: 'answer_b' }, choice_col: 'verdict', output_col: 'answer' }))
 */
export const selector = strict(function selector<S extends Sample, const Name extends string>(
  { choice_map, choice_col, output_col }: SelectorConfig<Name>,
  context: BlockContext = detached('selector'),
): OperatorFunction<S, WithColumns<S, Name, unknown>> {
  const choices = new Map(Object.entries(choice_map));
  return expand<S, WithColumns<S, Name, unknown>>(context, () => (sample) => {
    const missing = missingColumn(sample, [choice_col]);
    if (missing) return missing;
    const choice = asText(sample[choice_col]);
    const column = choices.get(choice);
    if (column === undefined) {
      return rejected('no-choice', {
        message: `choice_map has nothing for ${choice_col} = ${JSON.stringify(choice)}; it has ${[...choices.keys()].join(', ')}`,
      });
    }
    return (
      missingColumn(sample, [column]) ??
      (evolve(sample, { ...NONE, ...sample, [output_col]: sample[column] }) as unknown as WithColumns<S, Name, unknown>)
    );
  });
}, config);

export const selectorBlock = defineBlock<typeof config, SelectorConfig>({
  type: 'SelectorBlock',
  summary: 'Copies one of several columns, chosen by the value of another.',
  config,
  columns: ({ choice_map, choice_col, output_col }) => ({
    reads: [choice_col, ...new Set(Object.values(choice_map))],
    adds: [output_col],
    removes: [],
    demands: [{ column: choice_col, test: (value) => Object.hasOwn(choice_map, asText(value)), lacking: 'entry of choice_map' }],
  }),
  examples: [
    {
      title: 'The better of two answers',
      config: { choice_map: { A: 'first', B: 'second' }, choice_col: 'verdict', output_col: 'answer' },
      input: [{ first: 'yes', second: 'no', verdict: 'B' }],
      output: [{ first: 'yes', second: 'no', verdict: 'B', answer: 'no' }],
    },
  ],
  create: selector,
});
