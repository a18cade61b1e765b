import { isRecord } from '@sdg/core';
import { isError } from './join-stream.js';
import { partsOf } from './message-text.js';

type Json = Readonly<Record<string, unknown>>;

/** The words of servers for how an output ended, by what they mean. The first that matches holds. */
const ENDS: readonly (readonly [end: string, words: RegExp])[] = [
  [
    'content_filter',
    /^content[_ -]?filter|^(error_toxic|(image_)?safety|safety_block(ed)?|recitation|block(list|ed)|prohibited_content|spii|sensitive|guardrails?(_intervened)?|moderat(ion|ed)|flagged|language)$/i,
  ],
  ['refusal', /^(refusal|refused)$/i],
  // A text that is stopped since it repeats itself, or took too long, is as incomplete as one at its limit.
  [
    'length',
    /^((hit_)?(max|total)_?_?(output_|new_|context_)?(tokens|length|time)(_limit|_reached|_exceeded)?|length|model_length|(context|token|time|error)_(limit|length)|limit|incomplete|truncated|(input_)?too_long|too_many_tokens|(model_)?context_(window|length)_exceeded|pause_turn|repetition(_\w+)?)$/i,
  ],
  [
    'stop',
    /^(stop(ped)?|stop_(sequence|str|token|word)|eos|eos_token|end_turn|end_of_(text|turn)|end|complete(d)?|finish(ed)?|done|success)$/i,
  ],
  ['tool_calls', /^(tool_calls?|tool_use|function_call)$/i],
  [
    'error',
    /error|abort|cancel|fail|insufficient|time_?out|unavailable|overload|disconnect|interrupt|malformed|preempt|shut_?down|closed|killed|out_of_memory|oom|_full$|evict|^(un)?load$|^other$|^exception$/i,
  ],
];

/** How enumerations of Protobuf and Python are written: `FINISH_REASON_STOP`, `FinishReason.STOP`. */
const ENUMERATION = /^(?:finish|stop)_?reason[._:]/i;
const UNSAID = /^(null|none|unknown|unspecified)?$/i;

/** A server's word for an end in OpenAI's; as it is where it is not known, null where it says nothing. */
function endWord(given: unknown): string | null {
  const word = isRecord(given) ? (given['type'] ?? given['reason']) : given;
  if (typeof word !== 'string') return null;
  const said = word.trim().replace(ENUMERATION, '');
  return UNSAID.test(said) ? null : (ENDS.find(([, words]) => words.test(said))?.[0] ?? said);
}

/** How an output ended, in OpenAI's words; `error` where something broke it off. `whole` is what it came in. */
export function endOf(raw: Json, whole: Json): string | null {
  if (isError(raw['error'])) return 'error';
  const end =
    endWord(raw['finish_reason']) ??
    endWord(raw['finishReason']) ??
    endWord(raw['stop_reason']) ??
    endWord(raw['finish_details']) ??
    endWord(whole['finish_reason']) ??
    endWord(whole['stop_reason']);
  if (end !== null && end !== 'stop') return end;
  // OpenRouter puts the provider's own word beside; what is worse than its "stop" holds.
  const native = endWord(raw['native_finish_reason']);
  return native !== null && ['content_filter', 'refusal', 'length', 'error'].includes(native) ? native : (end ?? native);
}

const CALL = /^(?:server_)?(?:tool|function)_?(?:use|calls?)$/i;

/** Whether a message holds the call of a tool, as OpenAI, Anthropic, Gemini and Bedrock put it. */
function holdsCall(message: Json): boolean {
  const { tool_calls: calls, function_call: call, content } = message;
  if ((Array.isArray(calls) && calls.length > 0) || isRecord(call)) return true;
  return partsOf(content).some(
    (part) => isRecord(part) && (CALL.test(String(part['type'])) || ['functionCall', 'toolUse'].some((name) => isRecord(part[name]))),
  );
}

/**
 * Some servers say that an output ends with the call of a tool, and send none: what it says is the answer then, but where it
 * announces what does not come.
 */
export const isMislabelled = (end: string | null, text: string, message: Json, raw: Json): boolean =>
  end === 'tool_calls' && !holdsCall(message) && !holdsCall(raw) && /[^\s:：]\s*$/u.test(text);
