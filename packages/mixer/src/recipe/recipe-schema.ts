import { Type, type Static } from '@sinclair/typebox';
import { OUTPUT_FORMATS } from '../formats/output-format.js';
import { EXHAUSTED } from './recipe.js';

const columnFilter = Type.Object(
  {
    column: Type.String({
      minLength: 1,
      description: 'The column to look at, or a path with dots (metadata.lang); one that is missing counts as null.',
    }),
    equals: Type.Optional(
      Type.Unknown({
        description: 'Keep rows with this value. Numbers by what they are worth, integers of any size exactly: 1 is 1.0 as well.',
      }),
    ),
    not: Type.Optional(Type.Unknown({ description: 'Keep rows with any other value.' })),
    in: Type.Optional(Type.Array(Type.Unknown(), { description: 'Keep rows with one of these values.' })),
    contains: Type.Optional(Type.String({ description: 'Keep rows whose text, or list, holds this.' })),
    min: Type.Optional(Type.Number({ description: 'Keep numbers from here on.' })),
    max: Type.Optional(Type.Number({ description: 'Keep numbers up to here.' })),
  },
  { additionalProperties: false, minProperties: 2, description: 'A condition on one column; all conditions must hold.' },
);

const dataset = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      description:
        'A file (jsonl, json, csv, parquet, also .gz and .zst), or hf://datasets/owner/name[@revision][/file]. Relative to the ' +
        'recipe, then to $XDG_DATA_HOME/instructlab/datasets.',
    }),
    name: Type.Optional(
      Type.String({ minLength: 1, description: 'What the dataset is called in summaries and as source. Default its path.' }),
    ),
    sampling_size: Type.Optional(
      Type.Number({
        minimum: 0,
        description:
          'With a decimal point a share of the rows (0.3, 1.0 all, 2.0 twice), without one a number of rows; a bare 1 is all. Default 1.0.',
      }),
    ),
    weight: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'Share of total_samples. All weights together are 1.' })),
    format: Type.Optional(Type.String({ description: 'Name of its format. Default: found by its columns.' })),
    seed: Type.Optional(Type.Integer({ description: 'Seed of its draw. Default: of the recipe.' })),
    exhausted: Type.Optional(
      Type.Union(
        EXHAUSTED.map((name) => Type.Literal(name)),
        {
          description:
            'Where more rows are asked for than there are: stop at those, repeat them, or an error. Default repeat, beyond a ' +
            'hundred copies an error.',
        },
      ),
    ),
    replacement: Type.Optional(Type.Boolean({ description: 'Draw with replacement. Default false.' })),
    max_per_leaf: Type.Optional(Type.Integer({ minimum: 1, description: 'Rows of one leaf at most, chosen at random.' })),
    leaf_column: Type.Optional(
      Type.String({ description: 'Column, or dotted path in metadata, that names the leaf. Default _sdg.origin.leaf.' }),
    ),
    weight_column: Type.Optional(
      Type.String({ description: 'Column with the weight of each row in the draw; rows without a weight above 0 are left out.' }),
    ),
    filter: Type.Optional(Type.Union([columnFilter, Type.Array(columnFilter)], { description: 'Rows to keep.' })),
    upsample: Type.Optional(
      Type.Object(
        {
          floor: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Share that it must reach at least: 0.03.' }),
          of: Type.String({ description: 'Name or path of the dataset whose rows are the whole.' }),
        },
        {
          additionalProperties: false,
          description: 'If the dataset is too small, repeat it until it is this share of the rows that another has.',
        },
      ),
    ),
  },
  { additionalProperties: false },
);

const dedupe = Type.Union([
  Type.Literal(false),
  Type.Literal('exact'),
  Type.Literal('near'),
  Type.Literal('semantic'),
  Type.Object(
    {
      mode: Type.Union([Type.Literal('exact'), Type.Literal('near'), Type.Literal('semantic')]),
      threshold: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          maximum: 1,
          description: 'Similarity from which rows are duplicates. Default 0.8; semantic 0.9.',
        }),
      ),
      scope: Type.Optional(
        Type.Union([Type.Literal('all'), Type.Literal('dataset')], {
          description: 'semantic: what rows are compared with, all of the mix or those of their dataset. Default all.',
        }),
      ),
      score_column: Type.Optional(
        Type.String({ description: 'semantic: column with a number; of rows that mean the same the highest stays. Default: the first.' }),
      ),
    },
    { additionalProperties: false },
  ),
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
    total_samples: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Rows in the mix, shared out by weight; one dataset alone needs none.' }),
    ),
    seed: Type.Optional(Type.Integer({ description: 'Seed of every random choice.' })),
    shuffle: Type.Optional(Type.Boolean({ description: 'Mix the order of all rows. Default false: dataset after dataset.' })),
    dedupe: Type.Optional(Type.Unsafe<Static<typeof dedupe>>({ ...dedupe, description: 'Drop rows that say what an earlier one said.' })),
    select: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 1 }),
          Type.Object(
            {
              count: Type.Integer({ minimum: 1, description: 'Rows to choose.' }),
              balance: Type.Optional(
                Type.Union([Type.Literal('none'), Type.Literal('leaf'), Type.Literal('cluster')], {
                  description: 'Among what they are shared out evenly. Default none: they go where they cover most.',
                }),
              ),
              weight_column: Type.Optional(
                Type.String({ description: 'Column with a number from 0 on: how well a row may stand for others.' }),
              ),
            },
            { additionalProperties: false },
          ),
        ],
        { description: 'Choose so many of all rows drawn, by what they mean, so that each has one near it. Needs --embedder.' },
      ),
    ),
    decontaminate: Type.Optional(
      Type.Object(
        {
          files: Type.Array(
            Type.Union([
              Type.String(),
              Type.Object(
                { path: Type.String({ minLength: 1 }), ngram: Type.Optional(Type.Integer({ minimum: 1 })) },
                { additionalProperties: false },
              ),
            ]),
            {
              minItems: 1,
              description: 'Evaluation files: jsonl, json, csv or parquet; {path, ngram} for one with an overlap of its own.',
            },
          ),
          ngram: Type.Optional(Type.Integer({ minimum: 1, description: 'Words in a row that make an overlap. Default 13.' })),
        },
        { additionalProperties: false, description: 'Drop rows that share text with evaluation files.' },
      ),
    ),
    reasoning: Type.Optional(
      Type.Union([Type.Literal('keep'), Type.Literal('drop')], {
        description: 'Whether what models thought before they answered stays in the rows. Default keep.',
      }),
    ),
    keep: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Columns that stay columns in every form, instead of going into the metadata.',
      }),
    ),
    format: Type.Optional(
      Type.Union(
        OUTPUT_FORMATS.map((name) => Type.Literal(name)),
        { description: 'Form of the rows written. Default messages.' },
      ),
    ),
  },
  { $id: 'recipe.schema.json', title: 'Recipe', additionalProperties: false },
);

export type RecipeFile = Static<typeof recipeSchema>;
