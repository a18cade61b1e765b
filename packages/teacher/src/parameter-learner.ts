import { SdgError, type Teacher, type TeacherRequest } from '@sdg/core';
import { cutAtStop } from './http/reply-choices.js';
import { isForSystem, withoutSystem } from './system-turn.js';

/** Parameters without which a reply is still what was asked for: it is cut at a `stop` when it has come. */
const OPTIONAL = [
  ...(['max_completion_tokens', 'max_tokens', 'temperature', 'top_p', 'seed', 'stop', 'frequency_penalty', 'presence_penalty'] as const),
];
/** A reply whose JSON is checked, and asked for again, is what was asked for without a server that enforces it, too. */
const FORMAT = 'response_format';
type Optional = (typeof OPTIONAL)[number] | typeof FORMAT;
const optionalIn = ({ contract }: TeacherRequest): readonly Optional[] =>
  contract?.schema === undefined ? OPTIONAL : [...OPTIONAL, FORMAT];

/** How servers say that they do not know a parameter, or will not take its value. */
const REFUSED =
  /unsupported|not support|unrecogni[sz]ed|unknown|extra (?:inputs|fields)|extra_forbidden|forbidden|not (?:allowed|permitted|available|enabled)|unavailable|may only be|only \S{1,5} is allowed|invalid schema|unexpected|does ?n.t accept|not accept|cannot find|cannot (?:both )?be (?:specified|used|set)|deprecated|additional properties|strictly positive|must be > 0|array too long|supports up to|too long - '|non-whitespace|use '?max_(?:completion_)?tokens/i;

/** How else servers name parameters. */
const ALSO: Readonly<Record<string, string>> = { frequency_penalty: '|Penalty', presence_penalty: '|Penalty', stop: '(?:_sequences)?' };

/** A value alone that is refused: TGI takes no temperature of 0, and no top_p of 1. */
const VALUE = /strictly positive|must be > 0/;

/** What a model takes otherwise than it is asked. */
interface Otherwise {
  /** The name that it has there; undefined: it is not taken at all. */
  readonly other: string | undefined;
  /** The only value of which that holds; undefined: any. */
  readonly only: unknown;
}

type Body = Record<string, unknown>;
const bodyOf = ({ parameters: { extra_body: extra, ...plain } }: TeacherRequest): Body => ({ ...plain, ...extra });

/** The parameter of a request that a refusal is about, and the name that the server wants for it. */
function culprit(error: SdgError, request: TeacherRequest): (Otherwise & { readonly name: Optional }) | undefined {
  if (error.code !== 'teacher-refused' || !REFUSED.test(error.what)) return undefined;
  const body = bodyOf(request);
  const named = (name: string): number =>
    new RegExp(`(?<!\\w)(?:${name.replace('_f', '[_ ]f')}${ALSO[name] ?? ''})(?!\\w)`).exec(error.what)?.index ?? Infinity;
  // The first that is named is what it is about; what is named after it may be the way out.
  const sent = optionalIn(request)
    .filter((name) => body[name] !== undefined && named(name) < Infinity)
    .sort((a, b) => named(a) - named(b));
  const [name] = sent;
  if (name === undefined) return undefined;
  const other = { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' }[name as string];
  return {
    name,
    other: other !== undefined && named(other) < Infinity ? other : undefined,
    only: VALUE.test(error.what) ? body[name] : undefined,
  };
}

/** Takes out of a body what the model does not take, or gives it the other name. */
function adapt(body: Body, optional: readonly Optional[], learnt: ReadonlyMap<Optional, Otherwise>): void {
  for (const [name, { other, only }] of learnt) {
    const { [name]: value } = body;
    if (!optional.includes(name) || (only !== undefined && value !== only)) continue;
    Reflect.deleteProperty(body, name);
    if (other !== undefined && value !== undefined && !learnt.has(other as Optional)) body[other] ??= value;
  }
}

/** Limits of an output's length, by either name. */
const LIMITS = ['max_tokens', 'max_completion_tokens'] as const;
/** The most that a model writes, whatever the prompt: OpenAI, DeepSeek, Anthropic, Mistral, Qwen, Groq, Fireworks, Bedrock and Cohere. */
const CEILING =
  /at most (\d+) (?:completion|output) tokens|tokens: \d+ > (\d+)|range of max_\w+ (?:is|should be) \[\d+, ?(\d+)\]|max_\w+ > (\d+) must have stream|max[_ ]\w+.{0,40}?(?:or equal to|<=) ?[`'"]?(\d+)|exceeds the model limit of (\d+)/i;
/** Tokens of prompt and output together, and those of the prompt: vLLM until 2025, SGLang, TGI, OpenAI, TensorRT-LLM. */
const CONTEXT = /maximum context length (?:is|of) (\d+)|must be <= (\d+)|max_seq_len \((\d+)/i;
const PROMPT =
  /\((\d+) in the (?:messages|prompt)|has (\d+) input tokens|(\d+) tokens from the input|given: (\d+) `?inputs|prompt length \((\d+)/i;
/** vLLM since: it counts a prompt no further than shows that it does not fit, and takes null for all that there is room for. */
const UNCOUNTED = /requested \d+ output tokens|request fewer output tokens/i;
/** With less room for an answer than this a prompt is too long. */
const LEAST_ROOM = 32;

const numberIn = (pattern: RegExp, text: string): number | undefined => {
  const found = pattern.exec(text)?.slice(1).find(Boolean);
  return found === undefined ? undefined : Number(found);
};

/** The limit of a request, the most of both names. */
const limitOf = (body: Body): number => Math.max(0, ...LIMITS.map((name) => Number(body[name] ?? 0)));

/** Tokens of output that there is room for; null: as many as there is room for, which the server knows. */
type Room = number | null;

/** Lets a body ask for no more than so many tokens of output. */
function limit(body: Body, most: Room): void {
  for (const name of LIMITS) {
    const { [name]: value } = body;
    if (typeof value === 'number') body[name] = most && Math.min(value, most);
  }
}

/** How long an output may be, by a refusal, and whether for every prompt; undefined: it was not refused for its length. */
function roomSaid(error: SdgError, request: TeacherRequest): { readonly most: Room; readonly isCeiling: boolean } | undefined {
  if (error.code !== 'teacher-refused') return undefined;
  const asked = limitOf(bodyOf(request));
  if (asked > 0 && UNCOUNTED.test(error.what)) return { most: null, isCeiling: false };
  const fits = (most: number): boolean => most >= LEAST_ROOM && most < asked;
  const [context, prompt, ceiling] = [CONTEXT, PROMPT, CEILING].map((pattern) => numberIn(pattern, error.what));
  if (context !== undefined && prompt !== undefined && fits(context - prompt)) return { most: context - prompt, isCeiling: false };
  return ceiling !== undefined && fits(ceiling) ? { most: ceiling, isCeiling: true } : undefined;
}

/**
 * Learns from servers' refusals which of the common parameters a model does not take, once for each, and leaves them out
 * or calls them otherwise from then on: `max_tokens` is `max_completion_tokens` for newer models, `temperature` has one
 * value for those that reason. What a reply cannot do without (`logprobs`, and `response_format` but where
 * the JSON is checked) is not left out. A `max_tokens` that is more than the model writes is lowered to that from then on;
 * one that is more than the context has room for beside a prompt is lowered for this call, to what the server says: a
 * guess would cut good answers short. An answer which then ends at it is a cut one. Where a model takes no system turn, that goes
 * before the first user turn from then on; where it answers by a stream alone, one is asked for. Said in a line. What comes is cut at a
 * `stop`, whatever the server does about it. Gives what puts it
 * around a server: behind the queue, so that calls which wait there profit too.
 */
export function parameterLearner(onNotice?: (text: string) => void): <Server extends Pick<Teacher, 'complete'>>(server: Server) => Server {
  const models = new Map<string, ModelFacts>();
  return (server) => ({
    ...server,
    async complete(request, options) {
      const model = request.model ?? '';
      const facts = models.get(model) ?? new ModelFacts(model || 'the model');
      models.set(model, facts);
      /** Tokens of output that the server said there is room for, beside this very prompt. */
      let most: Room | undefined;
      for (;;) {
        const known = facts.learnt.size;
        const asked = facts.adapt(request, most);
        try {
          return cutAtStop(await server.complete(asked, options), request);
        } catch (error) {
          if (!(error instanceof SdgError)) throw error;
          const room = facts.learnRoom(error, asked, onNotice);
          if (room !== undefined) most = room;
          else if (isForSystem(error, asked)) facts.learnSystem(error, onNotice);
          else if (isForStream(error, asked)) facts.learnStream(error, onNotice);
          else if (!facts.learnName(error, asked, asked === request ? -1 : known, onNotice)) throw error;
        }
      }
    },
  });
}

/** How servers say that a model answers by a stream alone: DashScope and who serves its models. */
const STREAM_ONLY =
  /only supports? stream|stream(?:ing)? (?:mode )?(?:is |must be )?(?:required|enabled|set to true)|for non-streaming calls/i;

const isForStream = (error: SdgError, request: TeacherRequest): boolean =>
  error.code === 'teacher-refused' && bodyOf(request)['stream'] !== true && STREAM_ONLY.test(error.what);

/** What servers' refusals have told of a model. */
class ModelFacts {
  readonly learnt = new Map<Optional, Otherwise>();
  /** The most that the model writes, whatever the prompt. */
  #ceiling = Infinity;
  #hasTold = false;
  #takesSystem = true;
  #streams = false;

  constructor(readonly name: string) {}

  /** The request as the model takes it, as far as is known. */
  adapt(given: TeacherRequest, said: Room = Infinity): TeacherRequest {
    const request = this.#takesSystem ? given : withoutSystem(given);
    const most = said && Math.min(this.#ceiling, said);
    const isLong = (most ?? 0) < limitOf(bodyOf(request));
    if (this.learnt.size === 0 && !isLong && !this.#streams) return request;
    // Log probabilities are called otherwise in a body than among parameters.
    const { extra_body: { logprobs, ...extra } = {}, ...plain } = request.parameters;
    const body: Body = { ...plain, ...extra };
    adapt(body, optionalIn(request), this.learnt);
    if (isLong) limit(body, most);
    // One that tells what it cost.
    if (this.#streams) Object.assign(body, { stream: true, stream_options: { include_usage: true } });
    return { ...request, parameters: { ...body, ...(logprobs !== undefined && { extra_body: { logprobs } }) } };
  }

  /** Where a request was refused for the length of its output: what there is room for. */
  learnRoom(error: SdgError, asked: TeacherRequest, onNotice?: (text: string) => void): Room | undefined {
    const room = roomSaid(error, asked);
    if (!room) return undefined;
    if (room.isCeiling) this.#ceiling = Math.min(this.#ceiling, room.most!);
    if (!this.#hasTold) {
      onNotice?.(
        `${this.name} has no room for ${limitOf(bodyOf(asked))} tokens of output beside the prompt: ` +
          `max_tokens is lowered to what fits (${error.what})`,
      );
    }
    this.#hasTold = true;
    return room.most;
  }

  /** A request was refused since it asked for no stream. */
  learnStream(error: SdgError, onNotice?: (text: string) => void): void {
    const isNew = !this.#streams;
    this.#streams = true;
    if (isNew) onNotice?.(`${this.name} answers by a stream alone, which is asked for from now on (${error.what})`);
  }

  /** A request was refused for its system turn. */
  learnSystem(error: SdgError, onNotice?: (text: string) => void): void {
    const isNew = this.#takesSystem;
    this.#takesSystem = false;
    if (isNew) onNotice?.(`${this.name} takes no system turn; it is put before the first user turn from now on (${error.what})`);
  }

  /** Whether to ask again: it was refused for a parameter. `known`: how many were when it was adapted; -1: it was not. */
  learnName(error: SdgError, asked: TeacherRequest, known: number, onNotice?: (text: string) => void): boolean {
    const found = culprit(error, asked);
    if (!found) return false;
    const { name, other, only } = found;
    // Of calls that went out together the first has learnt for all; one that was refused twice for it is refused.
    if (this.learnt.has(name)) return this.learnt.size !== known;
    this.learnt.set(name, found);
    onNotice?.(
      `${this.name} does not take ${name}${only === undefined ? '' : ` ${String(only as number)}`}; ` +
        `${other === undefined || this.learnt.has(other as Optional) ? 'it is left out from now on' : `${other} is sent in its place`}` +
        ` (${error.what})`,
    );
    return true;
  }
}
