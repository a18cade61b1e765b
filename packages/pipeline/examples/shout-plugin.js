// A plugin: `sdg-run ./my-pipeline --plugin packages/pipeline/examples/shout-plugin.js`
// It adds one block, `ShoutBlock`, and the chat template of one model family, `telegraph`.
import { defineBlock, evolve, expand, rejected } from '@sdg/core';

export const blocks = [
  defineBlock({
    type: 'ShoutBlock',
    summary: 'Puts a column in capital letters.',
    config: {
      type: 'object',
      properties: { column: { type: 'string', description: 'Column to change.' } },
      required: ['column'],
      additionalProperties: false,
    },
    // What lint and plan know of it: a sample without the column is rejected, nothing is added or taken away.
    columns: ({ column }) => ({ reads: [column], adds: [], removes: [] }),
    examples: [{ title: 'Louder', config: { column: 'text' }, input: [{ text: 'fire' }], output: [{ text: 'FIRE' }] }],
    // An RxJS operator. `expand` keeps the account; every sample needs an outcome.
    create: ({ column }, context) =>
      expand(context, () => (sample) =>
        typeof sample[column] === 'string'
          ? evolve(sample, { ...sample, [column]: sample[column].toUpperCase() })
          : rejected('missing-column', { message: `column "${column}" is not text` }),
      ),
  }),
];

export const chatTemplates = { telegraph: '{{ messages[0].content }} STOP' };
