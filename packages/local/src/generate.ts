import { SdgError, type Choice, type SamplingParameters, type TokenLogprob } from '@sdg/core';
import { grammarSchema } from './grammar-schema.js';
import type { Llama, LlamaLibrary, LlamaModel, LlamaSequence, Token } from './llama-library.js';

interface GenerateOptions {
  readonly library: LlamaLibrary;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly sequence: LlamaSequence;
  readonly prompt: readonly Token[];
  /** Tokens that may follow. */
  readonly most: number;
  readonly parameters: SamplingParameters;
  readonly seed: number;
  /** Aborted, any of them: what is being written is given up. */
  readonly signals?: readonly AbortSignal[] | undefined;
}

export interface Generation {
  readonly choice: Choice;
  /** Tokens of the prompt that had to be read: none where the sequence held it. */
  readonly promptTokens: number;
  /** Tokens that were written. */
  readonly tokens: number;
}

/** How llama.cpp's own server samples where a request does not say. */
const DEFAULTS = { temperature: 0.8, topP: 0.95, topK: 40, minP: 0.05 };

/** The grammar of `response_format`, for one output; undefined where it asks for none. @throws SdgError `teacher-refused` */
async function grammarOf({ library, llama, model, parameters }: GenerateOptions): Promise<unknown> {
  const format = parameters.response_format as { type?: string; json_schema?: { schema?: unknown }; schema?: unknown } | undefined;
  if (format?.type !== 'json_schema' && format?.type !== 'json_object') return undefined;
  const schema = format.json_schema?.schema ?? format.schema;
  try {
    const grammar = await (schema === undefined ? llama.getGrammarFor('json') : llama.createGrammarForJsonSchema(grammarSchema(schema)));
    return new library.LlamaGrammarEvaluationState({ model, grammar });
  } catch (error) {
    throw new SdgError('teacher-refused', `no grammar can be made of the JSON schema: ${(error as Error).message}`, { cause: error });
  }
}

function samplingOf({ parameters, seed }: GenerateOptions, written: readonly Token[]): Record<string, unknown> {
  const { temperature = DEFAULTS.temperature, top_p: topP = DEFAULTS.topP, frequency_penalty = 0, presence_penalty = 0 } = parameters;
  const penalised = frequency_penalty !== 0 || presence_penalty !== 0;
  return {
    temperature,
    // At temperature 0 there is one candidate, whatever the rest says.
    ...(temperature > 0 && { topP, topK: DEFAULTS.topK, minP: DEFAULTS.minP, seed: seed >>> 0 }),
    ...(penalised && {
      repeatPenalty: {
        punishTokens: () => written.slice(-64),
        penalty: 1,
        frequencyPenalty: frequency_penalty,
        presencePenalty: presence_penalty,
      },
    }),
  };
}

/** Tokens of an answer where a request does not say: what the pipelines of InstructLab allow. */
const ANSWER = 4096;

/**
 * Tokens of a prompt, with special tokens as they are written, and how many may follow.
 *
 * @param most tokens that both may have together
 * @throws SdgError `teacher-refused` for a prompt that leaves no room
 */
export function fit(
  model: LlamaModel,
  { text, parameters, most }: { readonly text: string; readonly parameters: SamplingParameters; readonly most: number },
): Pick<GenerateOptions, 'prompt' | 'most'> {
  const { bos, shouldPrependBosToken } = model.tokens;
  const tokens = model.tokenize(text, true);
  const prompt = shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  const room = most - prompt.length;
  if (room < 1) {
    const trained = model.trainContextSize;
    throw new SdgError('teacher-refused', `a prompt of ${prompt.length} tokens does not fit into a context of ${most}`, {
      remedy:
        most < trained
          ? `pass a larger one, --teacher llama:FILE?context=${trained}, or make shorter chunks`
          : 'the model was trained on no more: make shorter chunks, or take one that reads more',
    });
  }
  return { prompt, most: Math.min(parameters.max_tokens ?? ANSWER, room) };
}

function logprobOf(model: LlamaModel, token: Token, probabilities: ReadonlyMap<Token, number> | undefined, top: number): TokenLogprob {
  // What cannot be expressed in JSON is no answer: the smallest that a float holds stands for 0.
  const log = (p: number): number => Math.log(Math.max(p, Number.MIN_VALUE));
  const ranked = [...(probabilities ?? [])].sort(([, a], [, b]) => b - a).slice(0, top);
  return {
    token: model.detokenize([token]),
    logprob: log(probabilities?.get(token) ?? 0),
    ...(top > 0 && { top: ranked.map(([other, p]) => ({ token: model.detokenize([other]), logprob: log(p) })) }),
  };
}

/** Where the first of the stops begins in a text, or -1. */
const stopIn = (text: string, stops: readonly string[]): number => {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
};

/** The prompts that sequences hold, each read in the one way below. */
const held = new WeakMap<LlamaSequence, readonly Token[]>();
/** Tokens of a prompt that are read at once: few enough to stop in between, enough for a processor to be busy. */
const BATCH = 128;

/**
 * Has a sequence read a prompt. Gives its last token, which is read with the output, and how many tokens had to be read. A prompt that
 * it has read for the output before is not read again. Either way the same numbers are computed from the same: the bytes do not hang on
 * what was asked before.
 */
async function read(
  sequence: LlamaSequence,
  prompt: readonly Token[],
  check: () => void,
): Promise<{ readonly rest: readonly Token[]; readonly count: number }> {
  const before = held.get(sequence);
  const last = prompt.length - 1;
  const isHeld = before?.length === prompt.length && last > 0 && prompt.every((token, i) => token === before[i]);
  if (isHeld && !sequence.needsCheckpoints) {
    await sequence.eraseContextTokenRanges([{ start: last, end: sequence.contextSize }]);
    return { rest: prompt.slice(last), count: 0 };
  }
  held.delete(sequence);
  await sequence.clearHistory();
  for (let at = 0; at < last; at += BATCH) {
    check();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(at, Math.min(at + BATCH, last)));
  }
  held.set(sequence, prompt);
  return { rest: prompt.slice(last), count: prompt.length };
}

/** Whether a text is a whole JSON value, to which nothing more belongs: a number alone may go on. */
function isWholeJson(text: string): boolean {
  if (/\d$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where an output ends by what it says: before a stop, or with a whole JSON value where it is to be one. */
function endingOf(model: LlamaModel, { stop = [] }: SamplingParameters, isJson: boolean) {
  const stops = stop.filter((one) => one !== '');
  // A token may be a part of a character; a few more than the stop has characters hold it for certain.
  const window = Math.max(0, ...stops.map(({ length }) => length)) * 4 + 8;
  return {
    isReached(written: readonly Token[]): boolean {
      if (stops.length > 0 && stopIn(model.detokenize(written.slice(-window)), stops) >= 0) return true;
      // The grammar lets lines without end follow the value, and small models write them until there is no room.
      return isJson && model.detokenize(written.slice(-1)).includes('\n') && isWholeJson(model.detokenize(written));
    },
    /** What counts of an output, and whether it ended by itself. Where it was cut off, the beginning of a character is none. */
    cut(written: readonly Token[], isCut: boolean): { readonly text: string; readonly isWhole: boolean } {
      const whole = model.detokenize(written);
      const end = stopIn(whole, stops);
      if (end >= 0) return { text: whole.slice(0, end), isWhole: true };
      const text = isJson ? whole.trimEnd() : isCut ? whole.replace(/\uFFFD{1,3}$/, '') : whole;
      return { text, isWhole: isJson && isWholeJson(text) };
    },
  };
}

/** Writes one output. What the sequence held before does not change its bytes. */
export async function generate(options: GenerateOptions): Promise<Generation> {
  const { model, sequence, parameters, signals = [], prompt, most } = options;
  const check = (): void => {
    if (signals.some(({ aborted }) => aborted)) throw new SdgError('interrupted', 'the call was given up before it was answered');
  };
  const grammar = await grammarOf(options);
  const ending = endingOf(model, parameters, grammar !== undefined);
  const written: Token[] = [];
  const logprobs: TokenLogprob[] = [];
  let finishReason = 'stop';
  const { rest, count } = await read(sequence, prompt, check);
  const wantsLogprobs = parameters.logprobs !== undefined;
  const stream = sequence.evaluateWithMetadata(
    rest,
    { confidence: false, probabilities: wantsLogprobs },
    { ...samplingOf(options, written), ...(grammar !== undefined && { grammarEvaluationState: grammar }) },
  );
  for await (const { token, probabilities } of stream) {
    check();
    written.push(token);
    if (wantsLogprobs) logprobs.push(logprobOf(model, token, probabilities, parameters.logprobs ?? 0));
    if (ending.isReached(written)) break;
    if (written.length < most) continue;
    finishReason = 'length';
    break;
  }
  const { text, isWhole } = ending.cut(written, finishReason === 'length');
  return {
    choice: {
      text,
      finishReason: isWhole ? 'stop' : finishReason,
      ...(wantsLogprobs && { logprobs }),
    },
    promptTokens: count,
    tokens: written.length,
  };
}
