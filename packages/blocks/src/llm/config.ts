import { NONE } from '@sdg/core';
import { closed, Maybe, type Static, type TObject, Type } from '@sdg/core/typebox';
import { PromptConfig } from './prompt.js';
import { TeacherConfig } from './request.js';

const ParserKwargs = closed({
  parser_name: Type.Optional(
    Type.Union([Type.Literal('custom'), Type.Null()], { description: '`custom`: cut the reply by `parsing_pattern` instead of tags.' }),
  ),
  parsing_pattern: Type.Optional(
    Type.Union([Type.String(), Type.Null()], { description: 'Python regular expression, DOTALL; its groups are the output columns.' }),
  ),
  parser_cleanup_tags: Type.Optional(
    Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Texts removed from what was found.' }),
  ),
});

const BatchKwargs = Type.Object(
  {
    num_samples: Maybe.whole('Column `num_samples` of samples that have none: how many items the prompt asks for.', { minimum: 1 }),
  },
  { additionalProperties: true },
);

/** Where a block's prompt stands: in a file, or in the pipeline itself. One of the two. */
export const PromptPlace = {
  config_path: Maybe.name('Prompt file, relative to the pipeline file.'),
  prompt: Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), PromptConfig], {
      description: 'In place of `config_path`, the prompt itself: what stands in such a file, or one text.',
    }),
  ),
} as const;
export interface PromptPlace {
  readonly config_path?: string | undefined;
  readonly prompt?: string | PromptConfig | undefined;
}

/** What the blocks that ask the teacher for columns have in common. */
export const LlmCommon = {
  output_cols: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'Columns that the reply fills.' }),
  ...TeacherConfig,
  finish_reason_col: Maybe.name(
    'Column for the reason why the reply ended, `stop` or `length`, say; null where the server gave none. With it, replies ' +
      'that broke off pass as they are.',
  ),
  parser_kwargs: Type.Optional(ParserKwargs),
  batch_kwargs: Type.Optional(BatchKwargs),
} as const;
export type LlmCommon = Omit<Static<TObject<typeof LlmCommon>>, keyof TeacherConfig | 'output_cols'> &
  TeacherConfig & { readonly output_cols: readonly string[] };

/** The pattern that cuts the reply, if it is not cut by tags. */
export const patternOf = ({ parser_kwargs }: Pick<LlmCommon, 'parser_kwargs'>): string | undefined =>
  parser_kwargs?.parser_name === 'custom' ? (parser_kwargs.parsing_pattern ?? undefined) : undefined;

/** `num_samples` of the batch parameters, for samples that have no such column. */
export function withNumSamples(
  columns: Record<string, unknown>,
  { batch_kwargs }: Pick<LlmCommon, 'batch_kwargs'>,
): Record<string, unknown> {
  const count = batch_kwargs?.num_samples;
  return count === undefined || columns['num_samples'] !== undefined ? columns : { ...NONE, ...columns, num_samples: count };
}
