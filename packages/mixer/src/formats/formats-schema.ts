import { Type } from '@sinclair/typebox';

const key = (description: string) => Type.String({ minLength: 1, description });

/** Columns of one instruction and one answer. */
export const pairFormat = Type.Object(
  {
    instruction_key: key('Column of the instruction or question.'),
    input_key: Type.Optional(key('Column of further input: a context, or a list of choices. May be missing in a row.')),
    output_key: key('Column of the answer.'),
    system_key: Type.Optional(key('Column of a system prompt. May be missing in a row.')),
    join: Type.Optional(Type.String({ description: 'Goes between the items of a column that holds a list. Default a line feed.' })),
  },
  { additionalProperties: false, description: 'One instruction and one answer a row.' },
);

/** A column that holds a conversation. */
export const conversationFormat = Type.Object(
  {
    conversation_key: key('Column of the list of turns.'),
    role_key: Type.Optional(key('Field of a turn that says who speaks. Default role.')),
    content_key: Type.Optional(key('Field of a turn that holds what was said. Default content.')),
    roles: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Role in the messages form, by role as written: human: user.' }),
    ),
  },
  { additionalProperties: false, description: 'A list of turns a row.' },
);

/** A formats file: `recipes/formats.yaml`, or the user's own. */
export const formatsFile = Type.Object(
  {
    formats: Type.Record(Type.String(), Type.Union([pairFormat, conversationFormat]), {
      description: 'Formats by name. The first one whose columns a dataset has is its format.',
    }),
  },
  { $id: 'formats.schema.json', additionalProperties: false, title: 'Dataset formats' },
);
