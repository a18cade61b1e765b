import { Run, type BlockSpec } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import * as blocks from './index.js';

/** The operators that hold their config against a schema: what the others take is more than a file can say. */
const LOOSE = ['iterBlock', 'textGuardsBlock', 'wordListBlock'];
const operators = Object.entries(blocks as Readonly<Record<string, unknown>>).flatMap(([name, spec]) =>
  name.endsWith('Block') && !LOOSE.includes(name) ? [[name.slice(0, -'Block'.length), (spec as BlockSpec).create] as const] : [],
);

describe('operators in code', () => {
  const prompt = { generation: 'Text: {{ document }}' };

  it('refuse a misspelt member, and say what was meant', () => {
    const run = new Run();
    expect(() => blocks.llm({ prompt, output_colums: ['q'], output_cols: ['q'] } as never, run.block('ask'))).toThrow(
      'llm: field "output_colums" is not known; did you mean "output_cols"?',
    );
    expect(() => blocks.randomSample({ fracton: 0.5, nonsense: 1 } as never)).toThrow(
      'randomSample: field "fracton" is not known; did you mean "fraction"?\nfield "nonsense" is not known',
    );
    expect(() => blocks.llm({ prompt, output_cols: ['q'] }, run.block('well'))).not.toThrow();
    // In a file the tables have files of their own.
    expect(() => blocks.samplePopulator({ column_name: 'tone', configs: { kind: { style: 'warm' } } })).not.toThrow();
  });

  it.each(operators)('%s is what the package exports, under its own name', (name, operator) => {
    expect((blocks as Record<string, unknown>)[name]).toBe(operator);
    expect(operator.name).toBe(name);
    expect(() => (operator as (config: object) => unknown)({ 'no such field': 1 })).toThrow(`${name}: field "no such field" is not known`);
  });
});
