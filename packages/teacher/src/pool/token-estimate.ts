import { promptBytes, type Reply, type TeacherRequest } from '@sdg/core';

/** Outputs of requests that set no `max_tokens` are taken for this long until some have been seen. */
const UNKNOWN_OUTPUT = 1024;
/** Tokens for a byte of UTF-8 before any usage has been seen: more than any tokenizer gives for prose, in any script. */
const CAUTIOUS = 0.5;

export interface TokenGuess {
  readonly prompt: number;
  /** The most that all outputs together can have. */
  readonly completion: number;
}

/** What a request may use of tokens before it is made: cautious at first, then by what servers have reported. */
export class TokenEstimate {
  #perByte = 0;
  #longest = 0;

  guess(request: TeacherRequest): TokenGuess {
    const most = request.parameters.max_tokens ?? Math.max(UNKNOWN_OUTPUT, this.#longest);
    return { prompt: Math.ceil(promptBytes(request) * (this.#perByte || CAUTIOUS)), completion: most * (request.n ?? 1) };
  }

  learn(request: TeacherRequest, { usage }: Reply): void {
    const bytes = promptBytes(request);
    // The greatest ratio seen: the guess shall not be too low.
    if (!usage.estimated && bytes > 100) this.#perByte = Math.max(this.#perByte, usage.promptTokens / bytes);
    this.#longest = Math.max(this.#longest, Math.ceil(usage.completionTokens / (request.n ?? 1)));
  }
}
