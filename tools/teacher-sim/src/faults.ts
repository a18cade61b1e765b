import { Random, SdgError, suggest } from '@sdg/core';

interface FaultFacts {
  /** When it strikes: at the door, or after a slot has worked on the call. */
  readonly at: 'door' | 'slot';
  readonly summary: string;
  /** The call is answered whole all the same, in another form. */
  readonly answers?: true;
}

/** Everything that can go wrong on purpose, and every form in which servers answer that is not the plain one. */
export const faultKinds = {
  '429': { at: 'door', summary: 'too many requests, without Retry-After' },
  '429-retry-after': { at: 'door', summary: 'too many requests, with Retry-After' },
  '429-for-hours': { at: 'door', summary: 'too many requests; Retry-After asks for a day' },
  '429-too-large': { at: 'door', summary: 'too many requests: the prompt alone has more tokens than a minute, as OpenAI says it' },
  '429-no-money': { at: 'door', summary: 'too many requests, and words that say there is nothing left to pay with' },
  '401': { at: 'door', summary: 'the key is not accepted' },
  '400-budget': { at: 'door', summary: 'the budget of the key is used up, as LiteLLM says it' },
  '400-gone': { at: 'slot', summary: 'the model was unloaded, as LM Studio says it' },
  '400-filter': { at: 'door', summary: 'a filter stopped the prompt, as Azure says it' },
  '403-moderation': { at: 'door', summary: 'the prompt was flagged' },
  '400-tls': { at: 'door', summary: 'plain HTTP at a port of TLS, as nginx says it' },
  '403-firewall': { at: 'door', summary: 'the page of a firewall that took the prompt for an attack' },
  '404': { at: 'door', summary: 'no such model' },
  '424': { at: 'slot', summary: 'generation broke, as TGI says it' },
  '499': { at: 'slot', summary: 'a gateway that lost the client' },
  '500': { at: 'slot', summary: 'internal server error' },
  '502-page': { at: 'door', summary: 'a page of a proxy' },
  '503': { at: 'door', summary: 'not ready' },
  '503-loading': { at: 'door', summary: 'the model is loading, estimated_time in the body' },
  '529': { at: 'door', summary: 'overloaded, as Anthropic says it' },
  'context-length': { at: 'door', summary: 'status 400: the prompt is too long' },
  refused: { at: 'door', summary: 'status 400: the request is not taken' },
  'no-max-tokens': { at: 'door', summary: 'status 400 for requests with max_tokens: max_completion_tokens is wanted' },
  'no-system': { at: 'door', summary: 'status 400 for requests with a system turn' },
  'stream-only': { at: 'door', summary: 'status 400 for requests that ask for no stream; events for those that do' },
  sensitive: { at: 'slot', summary: 'a text with status 200, and a number that says a filter stopped it, as MiniMax says it' },
  'json-failed': { at: 'slot', summary: 'status 400: the model wrote what the server could not use, as Groq says it' },
  'no-temperature': { at: 'door', summary: 'status 400 for requests with temperature' },
  'error-200': { at: 'slot', summary: 'an error with status 200' },
  reset: { at: 'slot', summary: 'connection reset before the first byte' },
  'reset-body': { at: 'slot', summary: 'connection reset in the middle of the body' },
  hang: { at: 'slot', summary: 'no answer, ever' },
  'slow-body': { at: 'slot', summary: 'the body comes in drips', answers: true },
  truncated: { at: 'slot', summary: 'half of the JSON, well ended' },
  'content-type': { at: 'slot', summary: 'an HTML page with status 200' },
  'no-choices': { at: 'slot', summary: 'an empty list of choices' },
  'fewer-choices': { at: 'slot', summary: 'half as many choices as asked for' },
  length: { at: 'slot', summary: 'text cut short, finish_reason length', answers: true },
  'finish-error': { at: 'slot', summary: 'half a text, finish_reason error, the error in the choice' },
  'finish-abort': { at: 'slot', summary: 'half a text, finish_reason abort' },
  'content-filter': { at: 'slot', summary: 'half a text, finish_reason content_filter', answers: true },
  refusal: { at: 'slot', summary: 'no text, the words of a refusal', answers: true },
  empty: { at: 'slot', summary: 'an empty text' },
  'tool-calls': { at: 'slot', summary: 'no text, a call of a tool' },
  think: { at: 'slot', summary: 'thinking between tags before the text', answers: true },
  'think-opened': { at: 'slot', summary: 'thinking that the chat template opened: closed only', answers: true },
  'think-cut': { at: 'slot', summary: 'thinking that is never closed, finish_reason length', answers: true },
  reasoning: { at: 'slot', summary: 'thinking in reasoning_content', answers: true },
  'think-words': { at: 'slot', summary: 'thinking between tags in another language', answers: true },
  turns: { at: 'slot', summary: 'the tokens of turns around the text, and turns of others behind it', answers: true },
  harmony: { at: 'slot', summary: 'the channels of gpt-oss in the text', answers: true },
  anthropic: { at: 'slot', summary: 'a reply in the form of Anthropic', answers: true },
  gemini: { at: 'slot', summary: 'a reply in the form of Gemini', answers: true },
  ollama: { at: 'slot', summary: 'a reply in the form of Ollama', answers: true },
  'ollama-lines': { at: 'slot', summary: 'the lines of Ollama’s stream, which nobody asked for', answers: true },
  'anthropic-stream': { at: 'slot', summary: 'the events of Anthropic’s stream, which nobody asked for', answers: true },
  'gemini-stream': { at: 'slot', summary: 'the pieces of Gemini’s stream, which nobody asked for', answers: true },
  parts: { at: 'slot', summary: 'content as a list of parts, a thought among them', answers: true },
  'usage-0': { at: 'slot', summary: 'counts of no token', answers: true },
  'no-usage': { at: 'slot', summary: 'no count of tokens', answers: true },
  'rate-header': { at: 'slot', summary: 'well answered, and a header that asks for a pause of a day', answers: true },
  'negative-header': { at: 'slot', summary: 'a header that says there are -1 requests left, for a day', answers: true },
  'long-headers': { at: 'slot', summary: 'headers of 40 kB', answers: true },
  redirect: { at: 'door', summary: 'status 308 to the same place', answers: true },
  utf8: { at: 'slot', summary: 'bytes that are not UTF-8' },
  bom: { at: 'slot', summary: 'a byte order mark before the JSON', answers: true },
  latin1: { at: 'slot', summary: 'Latin-1, and said so', answers: true },
  nan: { at: 'slot', summary: 'NaN where JSON has no number', answers: true },
  stream: { at: 'slot', summary: 'server-sent events that nobody asked for', answers: true },
  'stream-cut': { at: 'slot', summary: 'a stream that nobody asked for, and that breaks off' },
  'stream-error': { at: 'slot', summary: 'an error in the middle of a stream, which then ends well' },
  'stream-error-field': { at: 'slot', summary: 'an error in a field of its own in the middle of a stream, as llama.cpp says it' },
  tail: { at: 'slot', summary: 'the end of a stream behind the JSON', answers: true },
  utf16: { at: 'slot', summary: 'UTF-16, and nothing says so', answers: true },
  'not-gzip': { at: 'slot', summary: 'a header that says gzip, and plain JSON', answers: true },
  'keep-alive': { at: 'slot', summary: 'blank lines and comments before the JSON', answers: true },
  gzip: { at: 'slot', summary: 'compressed by gzip', answers: true },
  deflate: { at: 'slot', summary: 'compressed by deflate', answers: true },
  br: { at: 'slot', summary: 'compressed by Brotli', answers: true },
  zstd: { at: 'slot', summary: 'a frame of Zstandard', answers: true },
  huge: { at: 'slot', summary: 'a reply of 200 MB' },
} as const satisfies Record<string, FaultFacts>;

export type FaultKind = keyof typeof faultKinds;

/** Whether a call that this befalls is answered whole all the same. */
export const isAnswered = (kind: FaultKind): boolean => 'answers' in faultKinds[kind];

/** When a fault strikes: by chance, for calls by number (from 0, in order of arrival), or in bursts. */
export type FaultRule =
  | { readonly kind: FaultKind; readonly rate: number }
  | { readonly kind: FaultKind; readonly from: number; readonly to: number }
  | { readonly kind: FaultKind; readonly every: number; readonly length: number };

/**
 * The fault of a call, if it shall have one; the first rule that strikes. Chance depends on the seed, the request and
 * how often it was made before, not on the order of arrival.
 */
export function faultOf(
  rules: readonly FaultRule[],
  seed: number,
  call: { readonly number: number; readonly request: string; readonly attempt: number },
): FaultKind | undefined {
  for (const [i, rule] of rules.entries()) {
    if ('rate' in rule) {
      if (rule.rate > 0 && new Random('fault', seed, i, call.request, call.attempt).float() < rule.rate) return rule.kind;
    } else if ('from' in rule) {
      if (call.number >= rule.from && call.number <= rule.to) return rule.kind;
    } else if (call.number % rule.every < rule.length) return rule.kind;
  }
  return undefined;
}

/**
 * Reads a list of rules: `429=0.1` by rate, `500@3`, `503@100-120`, `401@500-` by number of the call, `reset%100/20`
 * the first 20 of every 100. @throws SdgError `usage`
 */
export function parseFaults(text: string): FaultRule[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, kind = '', rate, from, dash, to, every, length] =
        /^\s*([\w-]+?)(?:=([\d.]+)|@(\d+)(-)?(\d+)?|%(\d+)\/(\d+))\s*$/.exec(part) ?? [];
      if (!Object.hasOwn(faultKinds, kind)) {
        const meant = suggest(kind || part, Object.keys(faultKinds));
        throw new SdgError('usage', `"${part}" is not a fault`, {
          remedy: meant
            ? `did you mean ${meant}?`
            : `write KIND=RATE, KIND@FROM-TO or KIND%EVERY/LENGTH; kinds are ${Object.keys(faultKinds).join(', ')}`,
        });
      }
      const fault = kind as FaultKind;
      if (rate !== undefined) return { kind: fault, rate: Number(rate) };
      if (every !== undefined) return { kind: fault, every: Number(every), length: Number(length) };
      return { kind: fault, from: Number(from), to: to !== undefined ? Number(to) : dash ? Infinity : Number(from) };
    });
}
