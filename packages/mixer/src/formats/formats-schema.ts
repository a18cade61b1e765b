import { closed, Field, Maybe, Type, type TObject, type TProperties } from '@sdg/core/typebox';

/** Names of columns of which the first that says something is read. */
const columns = (description: string) =>
  Type.Optional(Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], { description }));

/** What every format may have beside its columns. */
const common = {
  system_key: Maybe.name('Column of a system prompt. May be missing in a row. Default: system, system_prompt, system_message.'),
  tools_key: Maybe.name('Column of the tools that may be called, a list or the JSON text of one. Default: tools, functions.'),
  example: Type.Optional(
    closed(
      {
        row: Type.Record(Type.String(), Type.Unknown(), { description: 'A row as the data has it.' }),
        messages: Type.Optional(Type.Array(Type.Unknown(), { description: 'The turns that it must give.' })),
      },
      { description: 'A row of the format; `sdg lint` reads it and says what is wrong.' },
    ),
  ),
};
const format = <P extends TProperties>(properties: P, description: string): TObject<P & typeof common> =>
  closed({ ...properties, ...common }, { description });

/** What can be done to a column before it is read, by the names that DataMix has. */
export const PROCESSORS = ['join_choices', 'random_summary_prompt', 'extract_post_info'] as const;
const processor = (description: string) => Maybe.oneOf(PROCESSORS, description);

/** Columns of one instruction and one answer. */
export const pairFormat = format(
  {
    instruction_key: Field.name('Column of the instruction or question, or of a list of turns.'),
    input_key: columns(
      'Column of further input: a context, a list of choices; or several, of which the first that says anything is read. Optional.',
    ),
    output_key: Field.name('Column of the answer, or of a list of turns.'),
    pick: Maybe.oneOf(
      ['first', 'first-in-text'],
      'Which of several answers is taken: the first of a list; of the JSON text of one, too. Absent: there is one.',
    ),
    history_key: Maybe.name('Column of earlier exchanges, [[question, answer], …]. May be missing in a row. Default history.'),
    reasoning_key: Maybe.name(
      'Column of what was thought before the answer. May be missing in a row. Default: reasoning, thinking and others.',
    ),
    calls: Maybe.flag('The answer is the JSON text of tool calls. Default false.'),
    join: Maybe.text('Goes between the items of a column that holds a list. Default a line feed.'),
    instruction_processor: processor('What is done to the instruction.'),
    input_processor: processor('What is done to the input.'),
  },
  'One instruction and one answer a row.',
);

/** A column that holds a conversation. */
export const conversationFormat = format(
  {
    conversation_key: Field.name('Column of the list of turns.'),
    turns: Maybe.oneOf(
      ['fields', 'texts', 'exchanges'],
      'How turns are told apart: fields of each; texts that alternate, the user first; exchanges of {input, output}. ' +
        'By default the first tells.',
    ),
    role_key: Maybe.name('Field of a turn that says who speaks. Default role. Of exchanges, what is asked: default input.'),
    content_key: Maybe.name('Field of a turn that holds what was said. Default content. Of exchanges, what is answered: default output.'),
    roles: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Role in the messages form, by role as written: human: user. The usual ones are known.',
      }),
    ),
  },
  'A list of turns a row.',
);

/** Two answers of which one is better. */
export const preferenceFormat = format(
  {
    prompt_key: Maybe.name('Column of what is asked, text or turns. Absent: both answers begin with it.'),
    chosen_key: Field.name('Column of the better answer: text, turns, or a transcript of "Human:" and "Assistant:".'),
    rejected_key: Field.name('Column of the worse answer.'),
  },
  'A question and two answers a row.',
);

/** Two answers, and a column that says which is better. */
export const comparisonFormat = format(
  {
    prompt_key: Maybe.name('Column of what is asked, text or turns. Absent: both answers begin with it.'),
    answer_keys: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 2,
      maxItems: 2,
      description: 'Columns of the two answers: text or turns.',
    }),
    better_key: Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 2, maxItems: 2 })], {
      description:
        'Column that says which is better: a number below 0 for the first and above 0 for the second; or a column for each, of which ' +
        'the greater wins.',
    }),
    first: Maybe.any('Value that says that the first is better, where it is no such number.'),
    second: Maybe.any('Value that says that the second is better.'),
  },
  'A question, two answers and which of them is better a row.',
);

/** An answer and whether it was liked. */
export const labelFormat = format(
  {
    prompt_key: Field.name('Column of what is asked, text or turns.'),
    input_key: columns('Column of a text that it is about, or several, of which the first that says something is read. May be missing.'),
    completion_key: Maybe.name('Column of the answer, text or turns. Absent: what is asked is a list of turns and ends with it.'),
    label_key: Field.name('Column that says whether the answer is good: true or false.'),
  },
  'A question, an answer and a verdict a row: KTO.',
);

/** A question, choices, and which of them is right. */
export const choicesFormat = format(
  {
    instruction_key: Field.name('Column of the question.'),
    input_key: columns('Column of a text that it is about, or several, of which the first that says something is read. May be missing.'),
    choices_key: Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 2 })], {
      description: 'Column of the choices, a list or {text, label}; or one column for each.',
    }),
    answer_key: Field.name('Column of the right one: its index, its letter, its label or its text.'),
    first_index: Maybe.whole('Index of the first choice. Default 0.', { minimum: 0, maximum: 1 }),
  },
  'A multiple-choice question a row.',
);

/** A tree of messages, of which the best path is taken. */
export const treeFormat = format(
  { tree_key: Field.name('Column of the first message: {text, role, replies}, replies by rank, the best first.') },
  'A tree of messages a row, as OpenAssistant has them.',
);

/** A conversation in one text. */
export const transcriptFormat = format(
  {
    transcript_key: Field.name('Column of the text.'),
    markers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Role by the marker that begins a turn: "### Human:": user. Default: the usual ones, found by the text.',
      }),
    ),
  },
  'A conversation in one text a row, turns told apart by markers.',
);

/** Text as it is. */
export const textFormat = format(
  { text_key: Field.name('Column of the text.') },
  'Text without question and answer: written with --format chatml alone.',
);

export const FORMATS = [
  pairFormat,
  conversationFormat,
  preferenceFormat,
  comparisonFormat,
  labelFormat,
  choicesFormat,
  treeFormat,
  transcriptFormat,
  textFormat,
] as const;

/** A formats file: `recipes/formats.yaml`, or the user's own. */
export const formatsFile = Type.Object(
  {
    formats: Type.Record(Type.String(), Type.Union([...FORMATS]), {
      description: 'Formats by name. The one that fits most rows of a dataset and uses most of its columns is its format.',
    }),
  },
  { $id: 'formats.schema.json', additionalProperties: false, title: 'Dataset formats' },
);
