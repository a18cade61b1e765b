import type { LlamaContext, LlamaLibrary, LlamaModel, LlamaSequence, Token } from '../llama-library.js';

export interface FakeOptions {
  /** Characters that the context holds: a token is a character here. */
  readonly context?: number;
  /** From so many sequences at once on they write what they should not. */
  readonly soundUpTo?: number;
  /** What follows a prompt; ends by itself after it. */
  readonly answer?: (prompt: string, seed: number) => string;
}

const tokensOf = (text: string): Token[] => [...text].map((c) => c.codePointAt(0)! as Token);
const textOf = (tokens: readonly Token[]): string => String.fromCodePoint(...tokens);

/** A library whose model has a character for a token and writes what it is told, to see what is done with it. */
export function fakeLibrary({ context = 400, soundUpTo = Infinity, answer = () => 'one two three' }: FakeOptions = {}) {
  const seen = { prompts: [] as string[], options: [] as Record<string, unknown>[], sequences: [] as number[], open: 0 };
  const sequence = (count: number, index: number): LlamaSequence => {
    let busyWith = '';
    return {
      contextSize: context,
      async clearHistory() {
        busyWith = '';
      },
      async *evaluateWithMetadata(tokens, _metadata, options) {
        if (busyWith !== '') throw new Error(`the sequence still holds ${busyWith}`);
        busyWith = textOf(tokens);
        seen.prompts.push(busyWith);
        seen.options.push(options);
        const text = count > soundUpTo && index === count - 1 ? 'corrupt' : answer(busyWith, (options['seed'] as number | undefined) ?? 0);
        for (const token of tokensOf(text)) yield { token, probabilities: new Map([[token, 0.5], [33 as Token, 0.25]]) };
      },
    };
  };
  const model: LlamaModel = {
    trainContextSize: context,
    fileInfo: { metadata: { tokenizer: { chat_template: 'chatml' } } },
    tokens: { bos: 94 as Token, bosString: '^', eosString: '$', shouldPrependBosToken: true },
    tokenize: tokensOf,
    detokenize: textOf,
    isEogToken: () => false,
    async createContext({ sequences }) {
      const count = sequences as number;
      seen.sequences.push(count);
      seen.open++;
      let next = 0;
      const made: LlamaContext = {
        getSequence: () => sequence(count, next++),
        async dispose() {
          seen.open--;
        },
      };
      return made;
    },
  };
  const library: LlamaLibrary = {
    async getLlama() {
      return {
        gpu: false,
        loadModel: async () => model,
        createGrammarForJsonSchema: async (schema) => {
          if ((schema as { type?: string }).type === 'odd') throw new Error('odd is no type');
          return schema;
        },
        getGrammarFor: async (kind) => kind,
        dispose: async () => undefined,
      };
    },
    resolveModelFile: async (uri) => uri,
    LlamaGrammarEvaluationState: class {
      constructor(readonly of: { model: LlamaModel; grammar: unknown }) {}
    },
  };
  return { library, seen };
}
