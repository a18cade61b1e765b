import { type NumberOptions, type ObjectOptions, type SchemaOptions, type StringOptions, type TProperties, Type } from '@sinclair/typebox';

/** An object that has these members and no others. */
export const closed = <Members extends TProperties>(members: Members, options: ObjectOptions = {}) =>
  Type.Object(members, { additionalProperties: false, ...options });

/** Fields of a config, with what the reference page says of each. */
export const Field = {
  text: (description: string, options: StringOptions = {}) => Type.String({ ...options, description }),
  /** Of a column, a file: any text but the empty one. */
  name: (description: string, options: StringOptions = {}) => Type.String({ minLength: 1, ...options, description }),
  /** Of columns: one or more. */
  names: (description: string) => Type.Array(Type.String(), { minItems: 1, description }),
  number: (description: string, options: NumberOptions = {}) => Type.Number({ ...options, description }),
  whole: (description: string, options: NumberOptions = {}) => Type.Integer({ ...options, description }),
  flag: (description: string, options: SchemaOptions = {}) => Type.Boolean({ ...options, description }),
  oneOf: <const Word extends string>(words: readonly Word[], description: string, options: SchemaOptions = {}) =>
    Type.Union(
      words.map((word) => Type.Literal(word)),
      { ...options, description },
    ),
};

/** The same where they need not be given. */
export const Maybe = {
  any: (description: string) => Type.Optional(Type.Unknown({ description })),
  text: (description: string, options?: StringOptions) => Type.Optional(Field.text(description, options)),
  name: (description: string, options?: StringOptions) => Type.Optional(Field.name(description, options)),
  number: (description: string, options?: NumberOptions) => Type.Optional(Field.number(description, options)),
  whole: (description: string, options?: NumberOptions) => Type.Optional(Field.whole(description, options)),
  flag: (description: string, options?: SchemaOptions) => Type.Optional(Field.flag(description, options)),
  oneOf: <const Word extends string>(words: readonly Word[], description: string, options?: SchemaOptions) =>
    Type.Optional(Field.oneOf(words, description, options)),
};
