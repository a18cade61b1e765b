import type { Sample, SampleWith } from '@sdg/core';
import { of } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import { combineColumns } from './combine-columns.js';
import { dropColumns } from './drop-columns.js';
import { duplicateColumns } from './duplicate-columns.js';
import { filterByValue } from './filter-by-value.js';
import { flattenColumns } from './flatten-columns.js';
import { llm } from './llm.js';
import { renameColumns } from './rename-columns.js';

const seeds = of({ topic: 'rivers', page: 3 } as SampleWith<{ topic: string; page: number }>);

describe('columns as types', () => {
  it('follow through a pipe of blocks', () => {
    const asked = seeds.pipe(llm({ prompt: { generation: 'Ask about {{ topic }}.' }, output_cols: ['question', 'answer'] }));
    asked
      .subscribe((sample) => {
        expectTypeOf(sample.question).toEqualTypeOf<string>();
        expectTypeOf(sample.page).toEqualTypeOf<number>();
        expectTypeOf(sample['other']).toEqualTypeOf<unknown>();
      })
      .unsubscribe();

    const shaped = asked.pipe(
      filterByValue({ filter_column: 'answer', filter_value: '', operation: 'ne' }),
      duplicateColumns({ columns_map: { page: 'source_page' } }),
      renameColumns({ columns_map: { question: 'q' } }),
      combineColumns({ columns: ['q', 'answer'], output_col: 'text' }),
    );
    shaped
      .subscribe((sample) => {
        expectTypeOf(sample.q).toEqualTypeOf<string>();
        expectTypeOf(sample.source_page).toEqualTypeOf<number>();
        expectTypeOf(sample.text).toEqualTypeOf<string>();
      })
      .unsubscribe();

    asked
      .pipe(flattenColumns({ var_cols: ['question', 'answer'], value_name: 'value', var_name: 'name' }), dropColumns({ columns: ['page'] }))
      .subscribe((sample) => {
        expectTypeOf(sample.value).toEqualTypeOf<string>();
        expectTypeOf<Sample>().toBeObject();
      })
      .unsubscribe();
  });
});
