/** The schema names of a taxonomy: those of its top folders. */
export type SchemaName = 'knowledge' | 'compositional_skills';

/** A JSON Schema as data. */
type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const pair = { question: text, answer: text };

const object = (required: readonly string[], properties: Readonly<Record<string, Schema>>, open = false): Schema => ({
  type: 'object',
  required,
  properties,
  ...(!open && { unevaluatedProperties: false }),
});

/** `least` items; all different where `unique`. */
const list = (items: Schema, least: number, unique: boolean): Schema => ({
  type: 'array',
  minItems: least,
  ...(unique && { uniqueItems: true }),
  items,
});

const version = (number: number): Schema => ({ type: 'integer', const: number });

const skill = (number: number, task: Schema, examples: (item: Schema) => Schema): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...object(
    [...(number > 1 ? ['version'] : []), 'created_by', 'task_description', 'seed_examples'],
    {
      version: version(number),
      created_by: text,
      task_description: task,
      seed_examples: examples(object(['question', 'answer'], { ...pair, context: text })),
    },
  ),
});

const knowledge: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...object(['version', 'created_by', 'domain', 'document', 'document_outline', 'seed_examples'], {
    version: version(3),
    created_by: text,
    domain: text,
    document_outline: text,
    document: object(['repo', 'commit', 'patterns'], { repo: text, commit: text, patterns: list(text, 1, true) }),
    seed_examples: list(
      object(['context', 'questions_and_answers'], {
        context: text,
        // The one place where InstructLab leaves the object open: pairs may carry notes of their own.
        questions_and_answers: list(object(['question', 'answer'], pair, true), 3, true),
      }),
      5,
      true,
    ),
  }),
};

/**
 * The schemas of InstructLab's qna.yaml, by name and version. Versions 1 and 2 of knowledge are `'unsupported'`: they
 * were withdrawn.
 */
export const schemas: Readonly<Record<SchemaName, Readonly<Record<number, Schema | 'unsupported'>>>> = {
  compositional_skills: {
    1: skill(1, { type: 'string' }, (item) => list(item, 1, false)),
    2: skill(2, text, (item) => list(item, 5, true)),
    3: skill(3, text, (item) => list(item, 5, true)),
  },
  knowledge: { 1: 'unsupported', 2: 'unsupported', 3: knowledge },
};
