import type { LlamaContext, LlamaLibrary, LlamaModel, LlamaSequence, Token } from '../llama-library.js';

export interface FakeOptions {
  /** Characters that the model was trained on: a token is a character here. */
  readonly context?: number;
  /** From so many sequences at once on they write what they should not. */
  readonly soundUpTo?: number;
  /** Tokens of a context for which there is memory. */
  readonly memory?: number;
  /** What follows a prompt; ends by itself after it. */
  readonly answer?: (prompt: string, seed: number) => string;
  /** Where it computes. Default: on the processor, false. */
  readonly gpu?: string | false;
}

const tokensOf = (text: string): Token[] => [...text].map((c) => c.codePointAt(0)! as Token);
const textOf = (tokens: readonly Token[]): string => String.fromCodePoint(...tokens);

/** A library whose model has a character for a token and writes what it is told, to see what is done with it. */
export function fakeLibrary({
  context = 400,
  soundUpTo = Infinity,
  memory = Infinity,
  answer = () => 'one two three',
  gpu = false,
}: FakeOptions = {}) {
  const seen = {
    prompts: [] as string[],
    options: [] as Record<string, unknown>[],
    sequences: [] as number[],
    sizes: [] as number[],
    threads: [] as unknown[],
    /** Tokens of prompts that were read, but for the last of each. */
    read: 0,
    open: 0,
  };
  const sequence = (count: number, index: number, size: number): LlamaSequence => {
    let busyWith = '';
    return {
      contextSize: size,
      async clearHistory() {
        busyWith = '';
      },
      async eraseContextTokenRanges([range]) {
        busyWith = busyWith.slice(0, range!.start);
      },
      async evaluateWithoutGeneratingNewTokens(tokens) {
        seen.read += tokens.length;
        busyWith += textOf(tokens);
      },
      async *evaluateWithMetadata(tokens, _metadata, options) {
        const prompt = `${busyWith}${textOf(tokens)}`;
        if (prompt.length >= size) throw new Error(`${prompt.length} tokens in a context of ${size}`);
        seen.prompts.push(prompt);
        seen.options.push(options);
        const text = count > soundUpTo && index === count - 1 ? 'corrupt' : answer(prompt, (options['seed'] as number | undefined) ?? 0);
        busyWith = `${prompt}${text}`;
        for (const token of tokensOf(text)) {
          yield {
            token,
            probabilities: new Map([
              [token, 0.5],
              [33 as Token, 0.25],
            ]),
          };
        }
      },
    };
  };
  const model: LlamaModel = {
    trainContextSize: context,
    fileInfo: { metadata: { tokenizer: { chat_template: 'chatml' } } },
    tokens: { bos: 94 as Token, bosString: '^', eosString: '$', shouldPrependBosToken: true },
    tokenize: tokensOf,
    detokenize: textOf,
    async createContext({ sequences, contextSize, threads }) {
      const [count, size] = [sequences as number, contextSize as number];
      if (size > memory) throw new Error(`A context size of ${size} is too large for the available RAM`);
      seen.sizes.push(size);
      seen.threads.push(threads);
      seen.sequences.push(count);
      seen.open++;
      let next = 0;
      const made: LlamaContext = {
        getSequence: () => sequence(count, next++, size),
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
        gpu,
        cpuMathCores: 8,
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
