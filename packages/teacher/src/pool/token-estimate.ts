import type { Reply, TeacherRequest } from '@sdg/core';
import { promptChars } from '../estimate-tokens.js';

/** Outputs of requests that set no `max_tokens` are taken for this long until some have been seen. */
const UNKNOWN_OUTPUT = 1024;
/** Tokens for a character before any usage has been seen: more than any tokenizer gives for prose. */
const CAUTIOUS = 0.5;

export interface TokenGuess {
  readonly prompt: number;
  /** The most that all outputs together can have. */
  readonly completion: number;
}

/** What a request may use of tokens before it is made: cautious at first, then by what servers have reported. */
export class TokenEstimate {
  #perChar = 0;
  #longest = 0;

  guess(request: TeacherRequest): TokenGuess {
    const most = request.parameters.max_tokens ?? Math.max(UNKNOWN_OUTPUT, this.#longest);
    return { prompt: Math.ceil(promptChars(request) * (this.#perChar || CAUTIOUS)), completion: most * (request.n ?? 1) };
  }

  learn(request: TeacherRequest, { usage }: Reply): void {
    const chars = promptChars(request);
    // The greatest ratio seen: the guess shall not be too low.
    if (!usage.estimated && chars > 100) this.#perChar = Math.max(this.#perChar, usage.promptTokens / chars);
    this.#longest = Math.max(this.#longest, Math.ceil(usage.completionTokens / (request.n ?? 1)));
  }
}
