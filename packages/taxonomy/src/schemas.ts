/** The schema names of a taxonomy: those of its top folders. */
export type SchemaName = 'knowledge' | 'compositional_skills';

/** A JSON Schema as data. */
type Schema = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: 'string', minLength: 1, description });
const pair = { question: text('As a user would put it.'), answer: text('As you want to read it.') };
const TASK = 'What the model is to do, in a sentence that begins with it.';
const createdBy = text('Who is to be asked about it: a name at GitHub, say.');

const object = (required: readonly string[], properties: Readonly<Record<string, Schema>>, open = false): Schema => ({
  type: 'object',
  required,
  properties,
  ...(!open && { unevaluatedProperties: false }),
});

/** `least` items; all different where `unique`. */
const list = (items: Schema, least: number, unique: boolean, description?: string): Schema => ({
  type: 'array',
  ...(description !== undefined && { description }),
  minItems: least,
  ...(unique && { uniqueItems: true }),
  items,
});

const version = (number: number): Schema => ({ type: 'integer', const: number, description: 'Version of this format.' });

const skill = (number: number, task: Schema, examples: (item: Schema) => Schema): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...object([...(number > 1 ? ['version'] : []), 'created_by', 'task_description', 'seed_examples'], {
    version: version(number),
    created_by: createdBy,
    task_description: task,
    seed_examples: examples(
      object(['question', 'answer'], { ...pair, context: text('The text to work on. All examples have one, or none.') }),
    ),
  }),
});

const knowledge: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...object(['version', 'created_by', 'domain', 'document', 'document_outline', 'seed_examples'], {
    version: version(3),
    created_by: createdBy,
    domain: text('The field that the documents belong to, in a few words.'),
    document_outline: text('What the documents say, in a sentence or two.'),
    document: {
      ...object(['repo', 'commit', 'patterns'], {
        repo: text('A git repository (https://…), or a folder, relative to this file.'),
        commit: text('A commit, tag or branch of the repository; of a plain folder any word, in-place say.'),
        patterns: list(text('A pattern, as **/*.md.'), 1, true, 'Which files: Markdown, PDF, HTML, Word and others. At least one.'),
      }),
      description: 'Where the documents are.',
    },
    seed_examples: list(
      object(['context', 'questions_and_answers'], {
        context: text('A passage of the documents, copied as it stands there.'),
        // The one place where InstructLab leaves the object open: pairs may carry notes of their own.
        questions_and_answers: list(object(['question', 'answer'], pair, true), 3, true, 'Three pairs or more on this passage.'),
      }),
      5,
      true,
      'Five passages or more.',
    ),
  }),
};

/**
 * The schemas of InstructLab's qna.yaml, by name and version. Versions 1 and 2 of knowledge are `'unsupported'`: they
 * were withdrawn.
 */
export const schemas: Readonly<Record<SchemaName, Readonly<Record<number, Schema | 'unsupported'>>>> = {
  compositional_skills: {
    1: skill(1, { type: 'string', description: TASK }, (item) => list(item, 1, false, 'One example or more.')),
    2: skill(2, text(TASK), (item) => list(item, 5, true, 'Five examples or more.')),
    3: skill(3, text(TASK), (item) => list(item, 5, true, 'Five examples or more.')),
  },
  knowledge: { 1: 'unsupported', 2: 'unsupported', 3: knowledge },
};
