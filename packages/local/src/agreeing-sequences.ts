import type { LlamaContext, LlamaModel, LlamaSequence, Token } from './llama-library.js';

/** Long enough for sequences to part that do not hold each other's tokens apart. */
const CHECK_TOKENS = 24;
const CHECK_TEXT = 'The sea is deep and old. The ships that cross it carry salt, iron, wool and letters. A letter that';

/** Most likely continuation of a text by one sequence. */
async function continuation(sequence: LlamaSequence, tokens: readonly Token[]): Promise<string> {
  const found: Token[] = [];
  await sequence.clearHistory();
  for await (const { token } of sequence.evaluateWithMetadata(tokens, { confidence: false, probabilities: false }, { temperature: 0 })) {
    found.push(token);
    if (found.length === CHECK_TOKENS) break;
  }
  await sequence.clearHistory();
  return found.join(' ');
}

export interface Sequences {
  readonly context: LlamaContext;
  readonly sequences: readonly LlamaSequence[];
}

/**
 * Opens as many sequences as write together what one writes alone, at temperature 0: `wanted`, or half as many and half
 * of that, until they agree. llama.cpp batches sequences, and some builds mix them up: eight at once wrote corrupt text.
 */
export async function agreeingSequences(model: LlamaModel, wanted: number, options: Record<string, unknown>): Promise<Sequences> {
  const open = async (count: number): Promise<Sequences> => {
    const context = await model.createContext({ ...options, sequences: count });
    return { context, sequences: Array.from({ length: count }, () => context.getSequence()) };
  };
  const tokens = model.tokenize(CHECK_TEXT);
  for (let count = wanted; count > 1; count = count >> 1) {
    const opened = await open(count);
    const alone = await continuation(opened.sequences[0]!, tokens);
    const together = await Promise.all(opened.sequences.map((sequence) => continuation(sequence, tokens)));
    if (together.every((text) => text === alone)) return opened;
    await opened.context.dispose();
  }
  return open(1);
}
