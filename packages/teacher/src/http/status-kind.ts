import { isRecord } from '@sdg/core';
import { NO_SYSTEM } from '../system-turn.js';
import { LONGEST, PAGE, serverWords } from './server-words.js';

/** A quota that is used up is told as 429, or as a fault of the request, and never comes back by waiting. */
const QUOTA =
  /insufficient_(?:user_)?quota|exceeded_current_quota_error|billing_hard_limit|credit balance is too low|insufficient (?:balance|credits?)|balance is insufficient|overdue balance|arrearage|requires more credits|used all available credits|monthly spending limit|(?:credit|key) limit exceeded|free tier .{0,40}exhausted|specified API usage limits?|budget has been exceeded|budget_exceeded|exceeded ?budget|crossed budget|余额不足|额度不足/i;
/** Statuses that it comes with; 412 is Fireworks'. */
const MAY_BE_QUOTA = new Set([400, 402, 403, 412, 429]);
/** What gateways answer with 400 or 403 although it passes. */
const BUSY = /ThrottlingException|Throttling\.|rate_limit_exceeded|too many requests|RESOURCE_EXHAUSTED|capacity[_ ]exceeded/i;
/** Statuses that may mean it; 498 is Groq's for a full tier. */
const MAY_BE_BUSY = new Set([400, 403, 498]);
/** A model that wrote what the server could not use, in the words of Groq: another draw may do. */
const HICCUP = /json_validate_failed|tool_use_failed|output_parse_failed/;
/** What some tell by 400 and OpenAI by 401 and 404. */
const BAD_KEY =
  /(?:incorrect|invalid) api key|api key not valid|API_KEY_INVALID|invalid_api_key|expired[ _]key|\b(?:security|access|auth\w*|api) token\b.{0,40}\b(?:expired|invalid)/i;
const NO_MODEL =
  /model_not_found|is not a valid model|model identifier is invalid|(?:the )?model ['"`]?[^\s'"`]+['"`]? (?:does not exist|(?:was |is )?not found|is not (?:served|available))|unknown model|invalid model name|\bmodel\b[^{]{0,60} (?:has been|was|is) (?:decommissioned|retired|removed|deprecated|discontinued|shut down)/i;
/** What gateways answer with 403 although it is about the one prompt; and with 400: OpenAI, Azure, DashScope, DeepSeek, Zhipu, MiniMax. */
const FLAGGED = /moderation|flagged|content[_ ](?:policy|filter|management)|safety/i;
const FILTERED =
  /"(?:content_filter|content_policy_violation|moderation_blocked|data_?inspection_?failed|ResponsibleAIPolicyViolation|sensitive)"|content management policy|usage polic(?:y|ies)|content exists risk|inappropriate content|不安全或敏感|审核不通过|(?:input|output) new_sensitive/i;
/**
 * A prompt that is too long, in the words of OpenAI, vLLM, SGLang, TGI, TensorRT-LLM, llama.cpp, Ollama, Anthropic, Google, Bedrock,
 * Cerebras, DashScope, Moonshot and Zhipu.
 */
const TOO_LONG =
  /context[_ ](?:length|window|size)|maximum (?:context|model|input|sequence) length|max_model_len|max_total_tokens|inputs?`? tokens? \+|(?:prompt|input|request).{0,40}\b(?:is|are) too (?:long|large)|too many (?:input )?tokens|exceeds? .{0,60}(?:tokens?|context)|must have less than \d+ tokens|takes at most \d+ tokens|(?:longer|larger|greater) than .{0,40}(?:context|tokens)|exceeded model token limit|max_seq_len|must be at least 1, got -|reduce the length of the (?:messages|prompt|input)|range of input length|expected maxLength|超长|超出.{0,10}长度/i;

/** A port of TLS that was spoken to in plain HTTP, in the words of nginx, Go, Apache and others. */
const TLS_PORT = /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i;
/** Pages of what stands before a server, about the one prompt that it takes for an attack: Cloudflare, AWS, F5, ModSecurity. */
const FIREWALL =
  /attention required|you have been blocked|request (?:was |has been )?(?:blocked|rejected)|requested url was rejected|mod_?security|application firewall/i;

/** A prompt that is too long, told as a fault of the server. */
const LONG_PROMPT =
  /(?:prompt|input|request)\b.{0,40}\b(?:is|are) too long|maximum (?:context|input|sequence) length|request exceeds the available context/i;
/** One that is longer than a minute, or the account, has room for, told as a refusal for the rate: OpenAI, Anthropic. */
const ABOVE_RATE = /\brequest too large\b|required for long context requests/i;
/** A model that is gone and may be back, in the words of LM Studio. */
const GONE = /\bmodel (?:has |is |was )?(?:crashed|unloaded|reloaded)|\bno models? (?:is |are )?loaded|^channel error|operation canceled/i;

/** The status that the words of an error are clear enough for, where the reply has another or none. */
const statusSaid = (words: string): number | undefined =>
  [
    [402, QUOTA] as const,
    [401, BAD_KEY] as const,
    [401, /not authenticated|\bunauthori[sz]ed\b|authentication (?:failed|required)/i] as const,
    // LM Studio answers so with status 200.
    [404, /unexpected endpoint/i] as const,
    [429, /(?:rate limit|request limit reached|too many requests|ThrottlingException|RESOURCE_EXHAUSTED)/i] as const,
    [400, FILTERED] as const,
    [400, TOO_LONG] as const,
    [400, NO_SYSTEM] as const,
  ].find(([, pattern]) => pattern.test(words))?.[0];

/** Words for the kind of an error, by the status that would have told it. */
const BY_KIND: readonly (readonly [status: number, words: RegExp])[] = [
  [429, /rate_?limit|too_?many_?requests|throttl|resource_?exhausted/i],
  [401, /authentication|unauthori[sz]ed|invalid_?api_?key/i],
  [404, /not_?found|model_not_exist/i],
  [
    400,
    /invalid_?request|bad_?request|context_?length|invalid_?argument|unsupported|validation|string_above_max_length|content_?(?:filter|policy)/i,
  ],
  [503, /overloaded|unavailable|loading|server_?busy|capacity/i],
  [500, /server_?error|internal/i],
];

/** The status that an error within a body tells of: a number, a word for its kind, or words that are clear enough. */
export function statusOf(error: unknown): number | undefined {
  const said = isRecord(error) ? [error['code'], error['status'], error['status_code'], error['type']] : [];
  const status = said.map(Number).find((number) => number >= 400 && number < 600);
  const byKind = BY_KIND.find(([, words]) => said.some((word) => typeof word === 'string' && words.test(word)))?.[0];
  return status ?? byKind ?? statusSaid(serverWords(JSON.stringify({ error })));
}

const PASSING = new Set([408, 409, 421, 423, 424, 425, 429, 449, 460, 499]);
/** The server will never do this, whoever asks. */
const NEVER = new Set([404, 405, 410, 501]);

/** What a status and its words come to. */
export type StatusKind =
  'quota' | 'rate' | 'passing' | 'hiccup' | 'filtered' | 'auth' | 'never' | 'redirect' | 'too-long' | 'refused' | 'tls' | 'firewall';

/** Whether there is nothing left to pay with; a rate that is told in the same words passes. */
const isQuota = (status: number, body: string): boolean => MAY_BE_QUOTA.has(status) && QUOTA.test(body);
const isBadKey = (status: number, body: string, words: string): boolean =>
  status === 400 && (BAD_KEY.test(words) || /API_KEY_INVALID|invalid_api_key/.test(body));
const isFlagged = (status: number, body: string): boolean => status === 403 && FLAGGED.test(body);

const isNoModel = (status: number, body: string, words: string): boolean =>
  status === 400 && NO_MODEL.test(`${words} ${body.slice(0, LONGEST)}`);

/** What is told apart, the first that holds. */
const KINDS: readonly (readonly [kind: StatusKind, holds: (status: number, body: string, words: string) => boolean])[] = [
  ['tls', (status, body) => status === 400 && TLS_PORT.test(body)],
  ['firewall', (status, body) => (status === 403 || status === 406) && PAGE.test(body) && FIREWALL.test(body)],
  ['rate', (status, body) => MAY_BE_BUSY.has(status) && BUSY.test(body)],
  ['quota', isQuota],
  ['too-long', (status, _body, words) => status === 429 && ABOVE_RATE.test(words)],
  ['rate', (status) => status === 429],
  ['too-long', (status, _body, words) => status === 500 && LONG_PROMPT.test(words)],
  // As llama.cpp tells what a chat template does not take.
  ['refused', (status, _body, words) => status === 500 && NO_SYSTEM.test(words)],
  ['passing', (status) => PASSING.has(status) || (status >= 500 && !NEVER.has(status))],
  ['passing', (status, _body, words) => (status === 400 || status === 404) && GONE.test(words)],
  ['hiccup', (status, body) => status === 400 && HICCUP.test(body)],
  ['filtered', (status, body) => (status === 400 && FILTERED.test(body)) || isFlagged(status, body)],
  ['auth', (status, body, words) => isBadKey(status, body, words) || [401, 402, 403, 407].includes(status)],
  ['never', (status, body, words) => NEVER.has(status) || isNoModel(status, body, words)],
  ['redirect', (status) => status < 400],
  ['too-long', (status, _body, words) => status === 413 || TOO_LONG.test(words)],
];

export const kindOf = (status: number, body: string, words: string): StatusKind =>
  KINDS.find(([, holds]) => holds(status, body, words))?.[0] ?? 'refused';
