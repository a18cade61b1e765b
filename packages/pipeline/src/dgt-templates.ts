/** A prompt as in a prompt file. */
interface PromptFile {
  readonly generation: string;
  readonly start_tags?: readonly string[];
  readonly end_tags?: readonly string[];
}

/** A template of DGT's skills builder: the prompt of `skills_sdg` that it takes the place of, and how it is read. */
interface DgtTemplate {
  readonly prompt: string;
  read(text: string): PromptFile;
}

/** What DGT fills into each of its templates, by the names of our columns. */
const ONE_EXAMPLE: Readonly<Record<string, string>> = {
  icl_question: '{% set icl_question = icl_examples[0].question %}',
  icl_response: '{% set icl_response = icl_examples[0].answer %}',
  icl_context: '{% set icl_context = icl_examples[0].context %}',
};
const LISTED =
  '{% set icl_question %}{% for example in icl_examples %}### Question {{ loop.index }}: {{ example.question }}{% if not ' +
  'loop.last %}\n{% endif %}{% endfor %}{% endset %}';
const ANSWER: Readonly<Record<string, string>> = { answer: '{% set answer = response %}' };

/** The template, behind those of the settings whose names it uses. */
const filled = (settings: Readonly<Record<string, string>>, text: string): string =>
  Object.entries(settings)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(text))
    .map(([, setting]) => setting)
    .join('') + text;

/** Marks around a new context, as the template asks for them; the whole reply where it asks for none. */
const CONTEXT_TAGS = [
  ['[Start of Context]', '[End of Context]'],
  ['<context>', '</context>'],
  ['[Context]', '[/Context]'],
] as const;

const plain = (prompt: string, settings: Readonly<Record<string, string>>): DgtTemplate => ({
  prompt,
  read: (text) => ({ generation: filled(settings, text), start_tags: [''], end_tags: [''] }),
});

/** The nine templates of DGT's skills builder (`prompt_templates`), by name without `.txt`. */
export const dgtTemplates: Readonly<Record<string, DgtTemplate>> = {
  freeform_question_generation: plain('freeform_questions', { icl_question: LISTED }),
  freeform_question_validation: plain('judge_freeform_question', {}),
  answer_generation: plain('freeform_answer', ONE_EXAMPLE),
  answer_validation: plain('judge_freeform_pair', ANSWER),
  context_generation: {
    prompt: 'grounded_context',
    read(text) {
      const [start, end] = CONTEXT_TAGS.find((tags) => tags.every((tag) => text.includes(tag))) ?? ['', ''];
      return { generation: filled({ context: '{% set context = icl_examples[0].context %}' }, text), start_tags: [start], end_tags: [end] };
    },
  },
  context_based_question_generation: plain('grounded_questions', ONE_EXAMPLE),
  context_based_question_validation: plain('judge_grounded_question', {}),
  context_based_answer_generation: plain('grounded_answer', ONE_EXAMPLE),
  context_based_answer_validation: plain('judge_grounded_pair', ANSWER),
};
