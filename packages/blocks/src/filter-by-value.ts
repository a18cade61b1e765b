import { defineBlock, detached, expand, filtered, rejected, type BlockContext, type Drop, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { convert, NotConvertible, type Dtype } from './convert.js';
import { missingColumn } from './missing-column.js';

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
type Scalar = string | number | boolean | null;
const operations = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'contains'] as const;
type Operation = (typeof operations)[number];

const config = Type.Object(
  {
    filter_column: Type.String({ minLength: 1, description: 'Column to look at.' }),
    filter_value: Type.Union([scalar, Type.Array(scalar)], { description: 'Value to compare with; of several, any may hold.' }),
    operation: Type.Union(operations.map((name) => Type.Literal(name)), { description: 'How the column compares with the value: eq, ne, gt, ge, lt, le, contains.' }),
    convert_dtype: Type.Optional(
      Type.Union([Type.Literal('int'), Type.Literal('float'), Type.Literal('bool'), Type.Null()], { description: 'Convert the column, and the values, before they are compared.' }),
    ),
    default_value: Type.Optional(Type.Union([scalar], { description: 'What a column that does not convert counts as. Without it the sample is rejected.' })),
  },
  { additionalProperties: false },
);

/** Config of {@link filterByValue}. */
export interface FilterByValueConfig<Name extends string = string> {
  readonly filter_column: Name;
  readonly filter_value: Scalar | readonly Scalar[];
  readonly operation: Operation;
  readonly convert_dtype?: Dtype | null;
  readonly default_value?: Scalar;
}

const IN_QUOTES = 'put it in quotes: YAML takes a bare yes, no, on or off for true or false';

class NotComparable extends Error {}

function order(left: unknown, right: unknown): number {
  if ((typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string')) {
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
  }
  throw new NotComparable(`${asText(left)} and ${asText(right)} have no order`);
}

const compare: Readonly<Record<Operation, (column: unknown, value: Scalar) => boolean>> = {
  eq: (column, value) => column === value,
  ne: (column, value) => column !== value,
  gt: (column, value) => order(column, value) > 0,
  ge: (column, value) => order(column, value) >= 0,
  lt: (column, value) => order(column, value) < 0,
  le: (column, value) => order(column, value) <= 0,
  contains(column, value) {
    if (typeof column === 'string' && typeof value === 'string') return column.includes(value);
    if (Array.isArray(column)) return column.includes(value);
    throw new NotComparable(`${asText(column)} is neither text nor a list that could contain ${asText(value)}`);
  },
};

/** The values that the column is compared with, converted as it is. */
function valuesOf({ filter_value, convert_dtype: dtype }: FilterByValueConfig): readonly Scalar[] {
  const written = ([filter_value] as readonly unknown[]).flat() as Scalar[];
  return dtype ? written.map((value) => convert(value, dtype)) : written;
}

/** Whether a value of the column passes, or the rejection of one that cannot be judged. */
function judge(settings: FilterByValueConfig, column: unknown): boolean | Drop {
  const { filter_column: name, operation, convert_dtype: dtype, default_value: fallback } = settings;
  let value = column;
  try {
    if (dtype) value = convert(value, dtype);
  } catch (error) {
    if (!(error instanceof NotConvertible)) throw error;
    if (fallback === undefined) return rejected('not-convertible', { message: `column "${name}": ${error.message}` });
    value = fallback;
  }
  let fault: NotComparable | undefined;
  for (const wanted of valuesOf(settings)) {
    try {
      if (compare[operation](value, wanted)) return true;
    } catch (error) {
      if (!(error instanceof NotComparable)) throw error;
      fault ??= error;
    }
  }
  return fault ? rejected('not-comparable', { message: `column "${name}": ${fault.message}` }) : false;
}

/**
 * Lets samples through whose column compares with a value, or with any of several. A value that does not convert, or
 * that has no order with the other, rejects its sample (the original takes 0, 0.0 or False without a word).
 *
 * @example samples.pipe(filterByValue({ filter_column: 'score', filter_value: 2, operation: 'ge', convert_dtype: 'float' }))
 */
export function filterByValue<S extends Sample>(settings: FilterByValueConfig, context: BlockContext = detached('filter_by_value')): OperatorFunction<S, S> {
  return expand<S, S>(context, () => (sample) => {
    const missing = missingColumn(sample, [settings.filter_column]);
    if (missing) return missing;
    const verdict = judge(settings, sample[settings.filter_column]);
    return verdict === true ? sample : verdict === false ? filtered() : verdict;
  });
}

export const filterByValueBlock = defineBlock<typeof config, FilterByValueConfig>({
  type: 'FilterByValueBlock',
  summary: 'Lets samples through whose column compares with a value, or with any of several.',
  config,
  async load(written, loader) {
    const settings = written as FilterByValueConfig;
    const { filter_value, convert_dtype } = settings;
    const values = ([filter_value] as readonly unknown[]).flat();
    for (const [i, value] of values.entries()) {
      const at = Array.isArray(filter_value) ? ['filter_value', i] : ['filter_value'];
      if (!convert_dtype && typeof value === 'boolean' && values.some((other) => typeof other === 'string')) {
        loader.report(at, { severity: 'warning', rule: 'filter/value', message: `this value is ${value}, not text`, remedy: IN_QUOTES });
      }
      try {
        if (convert_dtype) convert(value, convert_dtype);
      } catch (error) {
        loader.report(at, { rule: 'filter/value', message: (error as Error).message });
        return undefined;
      }
    }
    return settings;
  },
  columns(settings) {
    const { filter_column: column, operation } = settings;
    const values = valuesOf(settings);
    const never = !settings.convert_dtype && values.every((value) => typeof value === 'number' || typeof value === 'boolean') && operation !== 'ne';
    const neverText = never && {
      message: `the column holds text, and text is never ${operation} ${values.join(' or ')}`,
      remedy: values.some((value) => typeof value === 'boolean') ? IN_QUOTES : 'add convert_dtype: float, or int',
    };
    return {
      reads: [column],
      adds: [],
      removes: [],
      ...(operation === 'eq' && { values: { [column]: valuesOf(settings) } }),
      demands: [{ column, test: (value) => judge(settings, value) === true, ...(neverText && { neverText }) }],
    };
  },
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Keep what a judge gave full marks',
      config: { filter_column: 'score', filter_value: 1.0, operation: 'eq', convert_dtype: 'float' },
      input: [{ score: '1' }, { score: '0.0' }, { score: ' 1.0' }],
      output: [{ score: '1' }, { score: ' 1.0' }],
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
