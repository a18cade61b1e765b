/** One turn of a chat, in the roles of the OpenAI API. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Sampling parameters, by their names in the OpenAI API. Absent: the server's default. */
export interface SamplingParameters {
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly top_p?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly frequency_penalty?: number;
  readonly presence_penalty?: number;
  /** Ask for log probabilities of the chosen tokens and of this many alternatives each (0 to 20). */
  readonly logprobs?: number;
  readonly response_format?: Readonly<Record<string, unknown>>;
  /** Further members of the request's body, passed through as they are. */
  readonly extra_body?: Readonly<Record<string, unknown>>;
}

/**
 * What a block will look for in the reply. It is never sent to a server: the offline teacher reads it, since it has
 * no model that could understand the format from the prompt.
 */
export interface OutputContract {
  readonly columns: readonly string[];
  readonly startTags?: readonly string[];
  readonly endTags?: readonly string[];
  /** A regular expression whose groups pair with `columns`. */
  readonly pattern?: string;
  /** What `pattern` finds in a text: the groups of each match, found as the block finds them. */
  readonly findAll?: (text: string) => readonly (readonly string[])[];
  /** A JSON Schema of the whole reply. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** One request. Exactly one of `messages` and `prompt` is given: a `prompt` goes out as it is, with no chat template. */
export interface TeacherRequest {
  readonly messages?: readonly Message[];
  readonly prompt?: string;
  /** Default: the model the teacher was made with. */
  readonly model?: string;
  /** Family of the chat template for the completions API (`mixtral`, `llama`, …). Default: by the model's name. */
  readonly family?: string;
  /** Number of outputs wanted. Default 1. */
  readonly n?: number;
  /** Of the outputs of one request that are asked for one by one, the number of this one, from 0: its seed may hang on that. Default 0. */
  readonly first?: number;
  readonly parameters: SamplingParameters;
  readonly contract?: OutputContract;
  /** Lineage id of the sample the request is for: part of the cache key where sampling is random. */
  readonly sampleId?: string;
  /** Name of the block that asks. */
  readonly block?: string;
}

/** Log probability of one token, natural logarithm. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top?: readonly { readonly token: string; readonly logprob: number }[];
}

/** One output of a reply. */
export interface Choice {
  /** The answer alone; empty where the model only thought. What it thought is in `reasoning`. */
  readonly text: string;
  /** What the model thought before it answered, where it showed that. Never part of the answer. */
  readonly reasoning?: string;
  /**
   * How the output ended, in OpenAI's words whatever the server's are: `stop`, `length` (cut off at `max_tokens`),
   * `content_filter`, `refusal`, `tool_calls`; others as the server says, null where it does not. An output that an
   * error broke off is none: the teacher asks again.
   */
  readonly finishReason: string | null;
  /** The words in which the server or the model declined to answer. */
  readonly refusal?: string;
  readonly logprobs?: readonly TokenLogprob[];
}

/** Tokens of a request and its outputs; `estimated` where the server did not say. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated?: boolean;
}

/** What came back: as many choices as were asked for, in order. */
export interface Reply {
  readonly choices: readonly Choice[];
  readonly model: string;
  readonly usage: Usage;
  /** Milliseconds waiting for a slot, and from the first byte sent to the last received. */
  readonly timing?: { readonly queuedMs: number; readonly serviceMs: number };
  /** Whether the reply came from the call cache. */
  readonly cached?: boolean;
  /** Names under which the call cache keeps the outputs, in order; absent where none does. */
  readonly keys?: readonly string[];
  /** What of `usage` was paid for now, where some of the outputs came from the cache. Default: all, or nothing if `cached`. */
  readonly paid?: Usage;
}

export interface CallOptions {
  /** Aborted: give up at once. */
  readonly signal?: AbortSignal;
  /** Aborted: calls that have not started fail with `interrupted`; those in flight go on. */
  readonly draining?: AbortSignal;
  /** Higher goes first. Blocks pass their stage: drain before fill. Default 0. */
  readonly priority?: number;
  /**
   * From when `begins` aborts, `priority` here takes the place of the other. Blocks pass the end of the input, and the
   * way still to go: at the end the longest chain of calls decides when the run is over, so it goes first.
   */
  readonly tail?: { readonly begins: AbortSignal; readonly priority: number };
  /**
   * Told what was paid for by a call that fails in the end: of several outputs some may have come, which a cache does not lose.
   */
  readonly onSpent?: (reply: Reply) => void;
}

/** The state that a progress view shows. */
export interface TeacherState {
  readonly inFlight: number;
  readonly queued: number;
  /** Of these, how many with each priority; absent: not known, or none. */
  readonly byPriority?: ReadonlyMap<number, number>;
  /** Concurrency in force. */
  readonly limit: number;
  /** What an adaptive limit is doing, in a word: `startup`, `cruise`, …; of a model in the process, what it has written so far. */
  readonly phase?: string;
}

/**
 * Something that answers requests: an HTTP client, the offline teacher, a cache around another teacher. Fails with an
 * `SdgError` whose code says whether the call may be made again and whether the run can go on.
 */
export interface Teacher {
  /** Short and free of secrets: goes into messages and records. */
  readonly name: string;
  complete(request: TeacherRequest, options?: CallOptions): Promise<Reply>;
  state?(): TeacherState;
  /** Calls `listener` with the concurrency in force, now and at every change; returns the way to stop. */
  onLimit?(listener: (limit: number) => void): () => void;
  close?(): Promise<void>;
}
