import { Type, type Static } from '@sinclair/typebox';

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
const number = (description: string) => Type.Optional(Type.Number({ exclusiveMinimum: 0, description }));

/** A teacher beside the run's own, as written. */
export const TeacherDefinition = Type.Object(
  {
    url: Type.String({ minLength: 1, description: 'Base URL of an OpenAI-compatible server, several with commas, or offline.' }),
    model: text('Model to ask for, whatever the run and the block say.'),
    model_family: text('Family of the chat template for the completions API.'),
    api: Type.Optional(Type.Union([Type.Literal('auto'), Type.Literal('chat'), Type.Literal('completions')])),
    api_key_env: text('Name of the environment variable with the key.'),
    api_key_file: text('File whose first line is the key.'),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Headers of every request; ${VARIABLE} in a value stands for what the environment holds.',
      }),
    ),
    concurrency: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Integer({ minimum: 1 })], { description: 'Calls in flight at once.' }),
    ),
    rpm: number('Requests a minute at most.'),
    tpm: number('Tokens a minute at most.'),
  },
  { additionalProperties: false },
);
export type TeacherDefinition = Static<typeof TeacherDefinition>;

const BlockOverride = Type.Object(
  { teacher: text('Name of the teacher to ask, of those under `teachers`.') },
  { additionalProperties: true, description: 'Members of the block’s config to set. Mappings are merged, all else is replaced.' },
);

/** A file for `--config`: what to change in a pipeline. */
export const OverrideFile = Type.Object(
  {
    teachers: Type.Optional(Type.Record(Type.String(), TeacherDefinition, { description: 'Teachers beside the run’s own, by name.' })),
    teacher_config: text('Folder of prompt files, or a YAML file of prompts by name, that take the place of those of the same name.'),
    generator: Type.Optional(BlockOverride),
    validator: Type.Optional(BlockOverride),
    blocks: Type.Optional(
      Type.Record(Type.String(), BlockOverride, {
        description: 'What to change, by name of the block; * stands for any letters, and chain/block names one of a chain.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** What DGT calls a block, and the blocks that do its work here. */
export const roles: Readonly<Record<'generator' | 'validator', string>> = { generator: 'gen_*', validator: 'judge_*' };
