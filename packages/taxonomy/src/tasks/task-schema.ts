/** A JSON Schema as data. */
type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', pattern: String.raw`\S` };
const count: Schema = { type: 'integer', minimum: 1 };
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** Values of `data_builder` that name the skills builder: the older one and today's. */
export const skillsBuilders = ['skills_sdg', 'instructlab/skills'] as const;

/** Builders of DGT whose tasks have the fields of a skills task, so that the skills builder can do their work. */
export const builtAsSkills = ['simple', 'instructlab/simple', 'geography_qa', 'examples/geography_qa', 'test/geography_qa'] as const;

/** Builders of DGT that are something else, and what to do with their tasks. */
export const otherBuilders: readonly (readonly [name: RegExp, what: string, remedy: string])[] = [
  [
    /(?:^|\/)(?:qa_rat(?:er|ings?)|rater)$/,
    'rates rows that are there, and makes none',
    'pass the rows as NDJSON to sdg-run, with a pipeline of one LLMJudgeBlock (sdg init pipeline PATH writes a first one)',
  ],
  [
    /(?:^|\/)knowledge(?:_sdg)?$/,
    'asks about documents',
    'write its documents and seed examples as a qna.yaml (sdg init knowledge PATH), and run that with sdg-run full; or pass the ' +
      'documents to sdg-read',
  ],
  [/./, 'is no builder of skills', `the skills builder takes ${skillsBuilders.join(' or ')}, and the tasks of simple and geography_qa`],
];

/** The name of a builder without the part that says which edition of DGT it came with. */
export const builderName = (name: string): string => name.replace(/^(?:public|watsonx|research|core)\//, '');

/** Fields of a seed example: each may go by either name of its row. */
export const seedFields = {
  question: ['question', 'instruction'],
  answer: ['answer', 'response', 'output'],
  context: ['context', 'input'],
} as const;

const seedExample: Schema = object({
  question: text,
  instruction: text,
  answer: text,
  response: text,
  output: text,
  context: { type: ['string', 'null'] },
  input: { type: ['string', 'null'] },
  document: { type: ['string', 'null'] },
});

/** How a seed datastore may say what its files are. */
export const dataFormats = ['jsonl', 'json', 'csv', 'parquet', 'yaml'] as const;
export type DataFormat = (typeof dataFormats)[number];

const anything: Schema = {};

/** A task.yaml of the skills builder, in the older form or today's. Fields beyond these are errors. */
export const taskSchema: Schema = object(
  {
    task_name: text,
    task_description: text,
    created_by: { type: 'string' },
    data_builder: { type: 'string', enum: [...skillsBuilders, ...builtAsSkills] },
    taxonomy_path: text,
    seed_examples: { type: 'array', items: seedExample },
    seed_datastore: object(
      {
        type: { type: 'string' },
        data_path: text,
        data_formats: { type: ['array', 'string'], items: { type: 'string', enum: dataFormats } },
      },
      ['data_path'],
    ),
    num_icl_examples_per_prompt: count,
    num_prompt_instructions: count,
    num_questions_to_generate_per_prompt: count,
    request_batch_size: count,
    runner_config: object({
      num_outputs_to_generate: count,
      seed_batch_size: { type: 'integer', minimum: 0 },
      machine_batch_size: { type: 'integer', minimum: 0 },
      max_stalled_attempts: count,
      max_gen_requests: anything,
      max_stalled_requests: anything,
      output_dir: anything,
      save_formatted_output: anything,
      restart_generation: anything,
    }),
    formatter: anything,
    include: anything,
    prompt_templates_dir: anything,
    teacher_config: anything,
  },
  ['task_description', 'data_builder'],
);

/** Fields that are known and have no effect when seed samples are read, and what to do instead. */
export const withoutEffect: readonly (readonly [path: readonly string[], remedy: string])[] = [
  [['runner_config', 'output_dir'], 'output goes to stdout: redirect it'],
  [['runner_config', 'save_formatted_output'], 'pipe the output into sdg-mix --format'],
  [['runner_config', 'restart_generation'], 'pass --no-cache to sdg-run to ask for everything again'],
  [['runner_config', 'max_gen_requests'], 'pass --max-cost or --max-tokens-total to sdg-run'],
  [['runner_config', 'max_stalled_requests'], 'use max_stalled_attempts'],
  [['formatter'], 'pipe the output into sdg-mix --format'],
  [['include'], 'write the seed examples into this file, or name theirs under seed_datastore'],
  [['prompt_templates_dir'], 'name the folder as teacher_config in a file for sdg-run --config'],
  [['teacher_config'], 'name it as teacher_config in a file for sdg-run --config'],
];
