import { Type } from '@sinclair/typebox';

const columns = (description: string) => Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()], { description }));

/** A pipeline file as written, the configs of its blocks left to their specs. */
export const ChainFile = Type.Object(
  {
    version: Type.String({ description: 'Version of this format, in quotes: "1.0".' }),
    metadata: Type.Optional(Type.Unknown()),
    blocks: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, description: 'Name of the block in messages and accounts.' }),
          type: Type.String({ minLength: 1, description: 'Type of the block, as in the catalogue.' }),
          config: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
          drop_columns: columns('Columns removed from what comes out; those that are not there are passed over.'),
          drop_duplicates: columns('Of samples that agree in all of these columns the first comes out.'),
        },
        { additionalProperties: false },
      ),
    ),
    datamixing: Type.Optional(
      Type.Object(
        {
          auxiliary_instructions: Type.Optional(
            Type.Record(Type.String(), Type.Array(Type.String()), {
              description: 'Instructions for auxiliary training rows, by dataset type.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
