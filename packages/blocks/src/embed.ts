import {
  concurrentMap,
  defineBlock,
  detached,
  rejected,
  SdgError,
  strict,
  type BlockContext,
  type Sample,
  type WithColumns,
  NONE,
} from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { textIn } from './as-text.js';
import { missingColumn } from './missing-column.js';
import { closed, Field } from '@sdg/core/typebox';

const config = closed({
  columns: Field.names('Columns whose meaning is taken, as one text.'),
  vector_col: Field.name('Column for the vector, a list of numbers.'),
});

/** Config of {@link embed}. */
export interface EmbedConfig<Name extends string = string> {
  readonly columns: readonly string[];
  readonly vector_col: Name;
}

/** A number as it goes into a column: what is beyond the sixth digit tells nothing, and takes room. */
const DIGITS = 1e6;

/**
 * Adds the place of a text among meanings, as a vector of length 1, from the embedder of the run. Texts that come while
 * others are under way go out together; vectors of servers are kept in the call cache. A text in which the embedder knows
 * no word is rejected (`no-vector`), for nothing could be said of what it is near to.
 *
 * @throws SdgError `config` where the run has no embedder
 * @example
 * const run = new Run({ embedder: await staticEmbedder('static:potion-base-8M') });
 * samples.pipe(embed({ columns: ['question'], vector_col: 'vector' }, run.block('embed')))
 */
export const embed = strict(function embed<S extends Sample, Name extends string>(
  { columns, vector_col }: EmbedConfig<Name>,
  context: BlockContext = detached('embed'),
): OperatorFunction<S, WithColumns<S, Name, readonly number[]>> {
  type Out = WithColumns<S, Name, readonly number[]>;
  return concurrentMap<S, Out>(context, async (sample, signal) => {
    const missing = missingColumn(sample, columns);
    if (missing) return missing;
    const { embedder } = context;
    if (!embedder) {
      throw new SdgError('config', `block ${context.name} needs an embedder and the run has none`, {
        remedy: 'pass --embedder static:FOLDER, onnx:FOLDER, or the URL of a server',
      });
    }
    const text = textIn(sample, columns);
    const [vector] = (await embedder.embed([text], { signal })).vectors;
    if (!vector?.some((one) => one !== 0)) return rejected('no-vector', { message: `${embedder.name} knows no word of the text` });
    return { ...NONE, ...sample, [vector_col]: Array.from(vector, (one) => Math.round(one * DIGITS) / DIGITS) } as unknown as Out;
  });
}, config);

export const embedBlock = defineBlock<typeof config, EmbedConfig>({
  type: 'EmbedBlock',
  summary: 'Adds a vector that says what columns mean, from the embedder of the run (`--embedder`).',
  config,
  holds: true,
  needsEmbedder: true,
  columns: ({ columns, vector_col }) => ({ reads: columns, adds: [vector_col], removes: [] }),
  examples: [
    {
      title: 'Two questions of one meaning, by an embedder of two dimensions',
      config: { columns: ['question'], vector_col: 'vector' },
      input: [{ question: 'river stream' }, { question: 'bread' }],
      output: [
        { question: 'river stream', vector: [1, 0] },
        { question: 'bread', vector: [0, 1] },
      ],
    },
  ],
  create: embed,
});
