import { PromptConfig } from '@sdg/blocks';
import { recipeSchema } from '@sdg/mixer';
import { ChainFile, OverrideFile } from '@sdg/pipeline';
import { fieldsOf } from '@sdg/pipeline/docs';
import { schemas, taskSchema } from '@sdg/taxonomy';
import { code, page, prose, table } from './text.js';

/** The fields of a JSON Schema, those of maps and lists inside it too. */
const fields = (schema: unknown): string =>
  table(
    ['field', 'value', ''],
    fieldsOf(schema).map(({ name, type, required, description }) => [
      `${code(name)}${required ? ' (required)' : ''}`,
      prose(type),
      prose(description),
    ]),
  );

const newest = (name: keyof typeof schemas): unknown => Object.values(schemas[name]).at(-1);

export const qnaPage = (): string =>
  page(
    'Fields of a qna.yaml',
    'A leaf of a taxonomy, version 3. The folder says which kind it is: below `compositional_skills` or `foundational_skills` a ' +
      'skill, below `knowledge` a leaf with documents. `sdg-read --check` and `sdg diff` judge it as InstructLab does: schema and ' +
      'the look of the YAML, by line and column. Versions 1 and 2 of skills are still read.',
    '## A skill',
    fields(newest('compositional_skills')),
    'If one example has a context, all have: a skill works on a text or it does not.',
    '## Knowledge',
    fields(newest('knowledge')),
    '`sdg init skill PATH` and `sdg init knowledge PATH` write a file to fill in. `draft: true` at a pair marks one that a model ' +
      'wrote and nobody has read: the leaf is refused until the mark is gone.',
  );

export const taskPage = (): string =>
  page(
    'Fields of a task.yaml',
    'One skill in one file, in the form of DGT, for the pipeline `skills_sdg`. `sdg lint task.yaml` judges it. Fields beyond these ' +
      'are errors.',
    fields(taskSchema),
    '`--num-outputs` and `--num-outputs-per-leaf` win over what a task asks for.',
  );

export const recipePage = (): string =>
  page(
    'Fields of a recipe',
    'For `sdg-mix --recipe FILE`. `--check` and `sdg lint` find what is wrong with one; editors that read ' +
      '[recipe.schema.json](../../recipes/recipe.schema.json) do so while you type. [What the fields are for](../../recipes/README.md).',
    fields(recipeSchema),
    '`--formats FILE` takes formats of your own: [kinds of formats, with examples](../../recipes/README.md#formats).',
  );

export const pipelinePage = (): string =>
  page(
    'Fields of a pipeline',
    'A pipeline is a folder of such files, one for each kind of leaf, or one file. The configs of blocks are those of the ' +
      '[blocks](../../packages/blocks/README.md); [schema.json](../../pipelines/schema.json) has all of it for editors.',
    fields(ChainFile),
    '## Prompts',
    'What `config_path` names: the parts of a prompt, put one below the other and rendered as Jinja templates over the columns.',
    fields(PromptConfig),
    '## Changes',
    'For `sdg-run --config FILE`: what to change in a pipeline without copying it.',
    fields(OverrideFile),
  );
