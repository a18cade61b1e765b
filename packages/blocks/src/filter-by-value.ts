import { defineBlock, detached, Drop, expand, filtered, rejected, SdgError, strict, type BlockContext, type Sample, NONE } from '@sdg/core';
import { closed, Field, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { comparesWithAny, NotComparable, operations, type Scalar } from './compare.js';
import { convert, NotConvertible } from './convert.js';
import { filterFaults, IN_QUOTES, writtenValues, type FilterByValueConfig } from './filter-faults.js';
import { missingColumn } from './missing-column.js';

export type { FilterByValueConfig };

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

const config = closed({
  filter_column: Field.name('Column to look at.'),
  filter_value: Type.Union([scalar, Type.Array(scalar)], { description: 'Value to compare with; of several, any may hold.' }),
  operation: Field.oneOf(operations, 'How the column compares with the value: eq, ne, gt, ge, lt, le, contains.'),
  convert_dtype: Type.Optional(
    Type.Union([Type.Literal('int'), Type.Literal('float'), Type.Literal('bool'), Type.Null()], {
      description: 'Convert the column, and the values, before they are compared; the column stays so.',
    }),
  ),
  default_value: Type.Optional(
    Type.Union([scalar], { description: 'What a column that does not convert counts as. Without it the sample is rejected.' }),
  ),
});

/** The values that the column is compared with, converted as it is. */
function valuesOf(filter: FilterByValueConfig): readonly Scalar[] {
  const { convert_dtype: dtype } = filter;
  const written = writtenValues(filter);
  return dtype ? written.map((value) => convert(value, dtype)) : written;
}

/** What a filter makes of a value: the value as it was compared, and whether it passes. */
interface Judgement {
  readonly value: unknown;
  readonly passes: boolean;
}

/** Whether a value of the column passes, or the rejection of one that cannot be judged. */
function judge(settings: FilterByValueConfig, values: readonly Scalar[], column: unknown): Judgement | Drop {
  const { filter_column: name, operation, convert_dtype: dtype, default_value: fallback } = settings;
  let value = column;
  try {
    if (dtype) value = convert(value, dtype);
  } catch (error) {
    if (!(error instanceof NotConvertible)) throw error;
    if (fallback === undefined) return rejected('not-convertible', { message: `column "${name}": ${error.message}` });
    value = fallback;
  }
  const verdict = comparesWithAny(operation, value, values);
  return verdict instanceof NotComparable
    ? rejected('not-comparable', { message: `column "${name}": ${verdict.message}` })
    : { value, passes: verdict };
}

/**
 * Lets samples through whose column compares with a value, or with any of several. A value that does not convert, or
 * that has no order with the other, rejects its sample (the original takes 0, 0.0 or False without a word). What was
 * converted stays converted in what comes out.
 *
 * @throws SdgError `config`, at once, for values that nothing can be compared with
 * @example samples.pipe(filterByValue({ filter_column: 'score', filter_value: 2, operation: 'ge', convert_dtype: 'float' }))
 */
export const filterByValue = strict(function filterByValue<S extends Sample>(
  settings: FilterByValueConfig,
  context: BlockContext = detached('filter_by_value'),
): OperatorFunction<S, S> {
  const fault = filterFaults(settings).find(({ severity }) => severity === 'error');
  if (fault) {
    throw new SdgError('config', `filter on column "${settings.filter_column}": ${fault.message}`, {
      ...(fault.remedy !== undefined && { remedy: fault.remedy }),
    });
  }
  const values = valuesOf(settings);
  return expand<S, S>(context, () => (sample) => {
    const missing = missingColumn(sample, [settings.filter_column]);
    if (missing) return missing;
    const column = sample[settings.filter_column];
    const verdict = judge(settings, values, column);
    if (verdict instanceof Drop) return verdict;
    if (!verdict.passes) return filtered();
    return verdict.value === column ? sample : ({ ...NONE, ...sample, [settings.filter_column]: verdict.value } as S);
  });
}, config);

export const filterByValueBlock = defineBlock<typeof config, FilterByValueConfig>({
  type: 'FilterByValueBlock',
  summary: 'Lets samples through whose column compares with a value, or with any of several.',
  config,
  async load(written, loader) {
    const settings = written as FilterByValueConfig;
    const faults = filterFaults(settings);
    for (const { at, ...finding } of faults) loader.report([...at], { rule: 'filter/value', ...finding });
    return faults.some(({ severity }) => severity === 'error') ? undefined : settings;
  },
  columns(settings) {
    const { filter_column: column, operation } = settings;
    const values = valuesOf(settings);
    const never =
      !settings.convert_dtype && values.every((value) => typeof value === 'number' || typeof value === 'boolean') && operation !== 'ne';
    const neverText = never && {
      message: `the column holds text, and text is never ${operation} ${values.join(' or ')}`,
      remedy: values.some((value) => typeof value === 'boolean') ? IN_QUOTES : 'add convert_dtype: float, or int',
    };
    return {
      reads: [column],
      // It holds something else than text from here on.
      adds: settings.convert_dtype ? [column] : [],
      removes: [],
      ...(operation === 'eq' && { values: { [column]: values } }),
      demands: [
        {
          column,
          test: (value) => (judge(settings, values, value) as Partial<Judgement>).passes === true,
          ...(neverText && { neverText }),
        },
      ],
    };
  },
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Keep what a judge gave full marks',
      config: { filter_column: 'score', filter_value: 1.0, operation: 'eq', convert_dtype: 'float' },
      input: [{ score: '1' }, { score: '0.0' }, { score: ' 1.0' }],
      output: [{ score: 1 }, { score: 1 }],
    },
    {
      title: 'Any of several values',
      config: { filter_column: 'judgment', filter_value: ['YES', 'Yes'], operation: 'contains' },
      input: [{ judgment: 'YES.' }, { judgment: 'No' }],
      output: [{ judgment: 'YES.' }],
    },
  ],
  create: filterByValue,
});
