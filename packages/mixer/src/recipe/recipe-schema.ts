import { closed, Field, Maybe, Type, type Static } from '@sdg/core/typebox';
import { OUTPUT_FORMATS } from '../formats/output-format.js';
import { EXHAUSTED } from './recipe.js';

const columnFilter = closed(
  {
    column: Field.name('The column to look at, or a path with dots (metadata.lang); one that is missing counts as null.'),
    equals: Maybe.any('Keep rows with this value. Numbers by what they are worth, integers of any size exactly: 1 is 1.0 as well.'),
    not: Maybe.any('Keep rows with any other value.'),
    in: Type.Optional(Type.Array(Type.Unknown(), { description: 'Keep rows with one of these values.' })),
    contains: Maybe.text('Keep rows whose text, or list, holds this.'),
    min: Maybe.number('Keep numbers from here on.'),
    max: Maybe.number('Keep numbers up to here.'),
  },
  { minProperties: 2, description: 'A condition on one column; all conditions must hold.' },
);

const dataset = closed({
  path: Field.name(
    'A file (jsonl, json, csv, parquet, also .gz and .zst), or hf://datasets/owner/name[@revision][/file]. Relative to the ' +
      'recipe, then to $XDG_DATA_HOME/instructlab/datasets.',
  ),
  name: Maybe.name('What the dataset is called in summaries and as source. Default its path.'),
  sampling_size: Maybe.number(
    'With a decimal point a share of the rows (0.3, 1.0 all, 2.0 twice), without one a number of rows; a bare 1 is all. Default 1.0.',
    { minimum: 0 },
  ),
  weight: Maybe.number('Share of total_samples. All weights together are 1.', { minimum: 0, maximum: 1 }),
  format: Maybe.text('Name of its format. Default: found by its columns.'),
  seed: Maybe.whole('Seed of its draw. Default: of the recipe.'),
  exhausted: Maybe.oneOf(
    EXHAUSTED,
    'Where more rows are asked for than there are: stop at those, repeat them, or an error. Default repeat, beyond a ' +
      'hundred copies an error.',
  ),
  replacement: Maybe.flag('Draw with replacement. Default false.'),
  max_per_leaf: Maybe.whole('Rows of one leaf at most, chosen at random.', { minimum: 1 }),
  leaf_column: Maybe.text('Column, or dotted path in metadata, that names the leaf. Default _sdg.origin.leaf.'),
  weight_column: Maybe.text('Column with the weight of each row in the draw; rows without a weight above 0 are left out.'),
  filter: Type.Optional(Type.Union([columnFilter, Type.Array(columnFilter)], { description: 'Rows to keep.' })),
  upsample: Type.Optional(
    closed(
      {
        floor: Field.number('Share that it must reach at least: 0.03.', { exclusiveMinimum: 0, maximum: 1 }),
        of: Field.text('Name or path of the dataset whose rows are the whole.'),
      },
      { description: 'If the dataset is too small, repeat it until it is this share of the rows that another has.' },
    ),
  ),
});

const MODES = (['exact', 'near', 'semantic'] as const).map((mode) => Type.Literal(mode));
const dedupe = Type.Union([
  Type.Literal(false),
  ...MODES,
  closed({
    mode: Type.Union(MODES),
    threshold: Maybe.number('Similarity from which rows are duplicates. Default 0.8; semantic 0.9.', { exclusiveMinimum: 0, maximum: 1 }),
    scope: Maybe.oneOf(['all', 'dataset'], 'semantic: what rows are compared with, all of the mix or those of their dataset. Default all.'),
    score_column: Maybe.text('semantic: column with a number; of rows that mean the same the highest stays. Default: the first.'),
  }),
]);

/** A recipe: the upstream form (`datasets`, `path`, `sampling_size`, `sys_prompt`) and what is ours. */
export const recipeSchema = Type.Object(
  {
    datasets: Type.Optional(Type.Array(dataset, { description: 'What to mix, in this order.' })),
    include: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())], { description: 'Recipes whose datasets come first.' })),
    sys_prompt: Type.Optional(
      Type.Union([Type.String(), Type.Null()], { description: 'System message of every row; null leaves rows as they are.' }),
    ),
    metadata: Type.Optional(
      Type.Object(
        { sys_prompt: Type.Optional(Type.Union([Type.String(), Type.Null()])) },
        { description: 'The upstream place of sys_prompt.' },
      ),
    ),
    total_samples: Maybe.whole('Rows in the mix, shared out by weight; one dataset alone needs none.', { minimum: 1 }),
    seed: Maybe.whole('Seed of every random choice.'),
    shuffle: Maybe.flag('Mix the order of all rows. Default false: dataset after dataset.'),
    dedupe: Type.Optional(Type.Unsafe<Static<typeof dedupe>>({ ...dedupe, description: 'Drop rows that say what an earlier one said.' })),
    select: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 1 }),
          closed({
            count: Field.whole('Rows to choose.', { minimum: 1 }),
            balance: Maybe.oneOf(
              ['none', 'leaf', 'cluster'],
              'Among what they are shared out evenly. Default none: they go where they cover most.',
            ),
            weight_column: Maybe.text('Column with a number from 0 on: how well a row may stand for others.'),
          }),
        ],
        { description: 'Choose so many of all rows drawn, by what they mean, so that each has one near it. Needs --embedder.' },
      ),
    ),
    decontaminate: Type.Optional(
      closed(
        {
          files: Type.Array(
            Type.Union([
              Type.String(),
              closed({ path: Type.String({ minLength: 1 }), ngram: Type.Optional(Type.Integer({ minimum: 1 })) }),
            ]),
            {
              minItems: 1,
              description: 'Evaluation files: jsonl, json, csv or parquet; {path, ngram} for one with an overlap of its own.',
            },
          ),
          ngram: Maybe.whole('Words in a row that make an overlap. Default 13.', { minimum: 1 }),
        },
        { description: 'Drop rows that share text with evaluation files.' },
      ),
    ),
    reasoning: Maybe.oneOf(['keep', 'drop'], 'Whether what models thought before they answered stays in the rows. Default keep.'),
    keep: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Columns that stay columns in every form, instead of going into the metadata.',
      }),
    ),
    format: Maybe.oneOf(OUTPUT_FORMATS, 'Form of the rows written. Default messages.'),
  },
  { $id: 'recipe.schema.json', title: 'Recipe', additionalProperties: false },
);

export type RecipeFile = Static<typeof recipeSchema>;
