/** A JSON Schema as data. */
type Schema = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: 'string', pattern: String.raw`\S`, description });
const count = (description: string): Schema => ({ type: 'integer', minimum: 1, description });
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = [], description?: string): Schema => ({
  type: 'object',
  ...(description !== undefined && { description }),
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

const also = (name: string): string => `Another name for ${name}.`;
const textOrNull = (description: string): Schema => ({ type: ['string', 'null'], description });

const seedExample: Schema = object({
  question: text('As a user would put it.'),
  instruction: text(also('question')),
  answer: text('As you want to read it.'),
  response: text(also('answer')),
  output: text(also('answer')),
  context: textOrNull('The text to work on, where there is one.'),
  input: textOrNull(also('context')),
  document: textOrNull('Another name for context.'),
});

/** How a seed datastore may say what its files are. */
const dataFormats = ['jsonl', 'json', 'csv', 'parquet', 'yaml'] as const;
export type DataFormat = (typeof dataFormats)[number];

const without = (remedy: string): Schema => ({ description: `Known, without effect: ${remedy}.` });

/** A task.yaml of the skills builder, in the older form or today's. Fields beyond these are errors. */
export const taskSchema: Schema = object(
  {
    task_name: text('Name of the task in rows and accounts. Default: taxonomy_path.'),
    task_description: text('What the model is to do, in a sentence that begins with it.'),
    created_by: { type: 'string', description: 'Who is to be asked about it.' },
    data_builder: { type: 'string', enum: [...skillsBuilders, ...builtAsSkills], description: 'Who is to carry it out.' },
    taxonomy_path: text('Its place in a taxonomy, where it has one.'),
    seed_examples: { type: 'array', items: seedExample, description: 'One is enough, more are better.' },
    seed_datastore: object(
      {
        type: { type: 'string', description: 'Known, without effect.' },
        data_path: text('A file, or a pattern of files, relative to this one.'),
        data_formats: {
          type: ['array', 'string'],
          items: { type: 'string', enum: dataFormats },
          description: 'What the files are; by default their names tell.',
        },
      },
      ['data_path'],
      'Further seed examples, from files.',
    ),
    num_icl_examples_per_prompt: count('Examples in each prompt. Default 3.'),
    num_prompt_instructions: count('The same, by its older name.'),
    num_questions_to_generate_per_prompt: count('Questions asked for in each call. Default 5.'),
    request_batch_size: count('The same, by its older name.'),
    runner_config: object({
      num_outputs_to_generate: count('Accepted samples to go on for.'),
      seed_batch_size: { type: 'integer', minimum: 0, description: 'Seed examples for each machine_batch_size of accepted ones.' },
      machine_batch_size: {
        type: 'integer',
        minimum: 0,
        description: 'Accepted samples among the examples, as a ratio to seed_batch_size. Default a quarter.',
      },
      max_stalled_attempts: count('Attempts in a row without a new sample, after which it ends. Default 100.'),
      max_gen_requests: without('pass --max-cost or --max-tokens-total'),
      max_stalled_requests: without('use max_stalled_attempts'),
      output_dir: without('output goes to stdout'),
      save_formatted_output: without('use sdg-mix --format'),
      restart_generation: without('pass --no-cache'),
    }),
    formatter: without('use sdg-mix --format'),
    include: without('name the seed examples under seed_datastore'),
    prompt_templates_dir: without('name the folder as teacher_config for --config'),
    teacher_config: without('name it as teacher_config for --config'),
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
