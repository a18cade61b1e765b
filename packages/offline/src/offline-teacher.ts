import { setImmediate } from 'node:timers/promises';
import {
  type CallOptions,
  DEFAULT_SEED,
  estimateTokens,
  refuseUnknown,
  type Reply,
  type SamplingParameters,
  SdgError,
  sumOf,
  type Teacher,
  type TeacherRequest,
  type TokenLogprob,
} from '@sdg/core';
import PQueue from 'p-queue';
import { answerRequest } from './answer-request.js';
import { promptText } from './prompt-text.js';

const SURE = Math.log(0.95);
const UNSURE = Math.log(0.2);

/** Log probabilities in the form of a real reply: high for words that stand in the prompt, low for others. */
function guessLogprobs(prompt: string, text: string, alternatives: number): readonly TokenLogprob[] {
  const known = new Set(prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  return [...text.matchAll(/\s*(?:[\p{L}\p{N}]+|[^\s\p{L}\p{N}])/gu)].map(([token]) => {
    const word = token.trim().toLowerCase();
    const logprob = known.has(word) || !/[\p{L}\p{N}]/u.test(word) ? SURE : UNSURE;
    const rest = Math.log((1 - Math.exp(logprob)) / Math.max(1, alternatives));
    const others = 'the a and of to in is it that was for on as with by at or an be not'.split(' ');
    const top = [{ token, logprob }, ...others.filter((other) => other !== word).map((other) => ({ token: ` ${other}`, logprob: rest }))];
    return alternatives === 0 ? { token, logprob } : { token, logprob, top: top.slice(0, alternatives) };
  });
}

/** What a user is told when this teacher serves because no other was named. */
export const OFFLINE_NOTICE =
  'no teacher named: the offline teacher serves, which copies and rearranges the text it is given; it is for trying out, ' +
  'tests and dry runs, not for training data. Name a real one with --teacher URL or SDG_TEACHER ' +
  '(any OpenAI-compatible server: vLLM, llama.cpp, Ollama, hosted)';

export interface OfflineTeacherOptions {
  /** Seed of every choice it makes. Default 42. */
  readonly seed?: number;
  /** Calls at once, at least 1. Default 8. They share one thread: more do not make it faster. */
  readonly concurrency?: number;
  /** The model it calls itself where a request names none. Default `offline`. */
  readonly model?: string;
}

/** Ends a text as a server would: before the first stop string, and after `max_tokens` estimated tokens. */
export function cutText(
  text: string,
  { stop = [], max_tokens: maxTokens = Infinity }: Pick<SamplingParameters, 'stop' | 'max_tokens'>,
): { readonly text: string; readonly finishReason: 'stop' | 'length' } {
  const stops = (typeof stop === 'string' ? [stop] : stop).filter((s) => s !== '');
  const ends = stops.map((s) => text.indexOf(s)).filter((at) => at >= 0);
  const kept = text.slice(0, Math.min(text.length, ...ends));
  if (estimateTokens(kept) <= maxTokens) return { text: kept, finishReason: 'stop' };
  let end = 0;
  for (const { 0: piece, index } of kept.matchAll(/\s*\S+/gu)) {
    if (estimateTokens(kept.slice(0, index + piece.length)) > maxTokens) break;
    end = index + piece.length;
  }
  return { text: kept.slice(0, end), finishReason: 'length' };
}

const stopped = (): SdgError => new SdgError('interrupted', 'the call was given up before it was answered');

/**
 * A teacher without a model and without a network. It finds the documents, examples and questions in the prompt, learns
 * from the request's contract, or from the prompt itself, which format is asked for, and answers with text taken from
 * there. Answers depend on the seed and the request alone: not on time, order or concurrency. Token usage is estimated.
 *
 * @example
 * const reply = await offlineTeacher({ seed: 1 }).complete({ prompt: 'Document: …', parameters: {} });
 */
export function offlineTeacher(options: OfflineTeacherOptions = {}): Teacher {
  refuseUnknown('offlineTeacher', Object.keys(options), ['seed', 'concurrency', 'model']);
  const { seed = DEFAULT_SEED, concurrency = 8, model = 'offline' } = options;
  const queue = new PQueue({ concurrency });

  const answer = async (request: TeacherRequest, { signal, draining }: CallOptions, askedAt: number): Promise<Reply> => {
    if (draining?.aborted) throw stopped();
    const startedAt = performance.now();
    // A turn of the event loop for everyone else: pipes, progress, Ctrl-C. All work here is synchronous.
    await setImmediate();
    if (signal?.aborted) throw stopped();
    const outputs = answerRequest(request, seed).map((text) => cutText(text, request.parameters));
    const { logprobs } = request.parameters;
    const prompt = promptText(request);
    return {
      choices: outputs.map(({ text, finishReason }) => ({
        text,
        finishReason,
        ...(logprobs !== undefined && { logprobs: guessLogprobs(prompt, text, logprobs) }),
      })),
      model: request.model ?? model,
      usage: {
        promptTokens: estimateTokens(prompt),
        completionTokens: sumOf(outputs, ({ text }) => estimateTokens(text)),
        estimated: true,
      },
      timing: { queuedMs: startedAt - askedAt, serviceMs: performance.now() - startedAt },
    };
  };

  return {
    name: 'offline',
    async complete(request, options = {}) {
      const { signal, priority = 0 } = options;
      const askedAt = performance.now();
      try {
        return await queue.add(() => answer(request, options, askedAt), { priority, ...(signal && { signal }) });
      } catch (error) {
        throw signal?.aborted ? stopped() : error;
      }
    },
    state: () => ({ inFlight: queue.pending, queued: queue.size, limit: concurrency }),
    onLimit(listener) {
      listener(concurrency);
      return () => undefined;
    },
    async close() {
      await queue.onIdle();
    },
  };
}
