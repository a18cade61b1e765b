import { type Choice, isRecord, type Mutable, type Reply, type TeacherRequest, type Usage } from '@sdg/core';
import { answerOf, isRefusal, reasoningOf, textOf, tokenLogprobs } from './message-text.js';
import { endOf, isMislabelled } from './reply-end.js';
import { isCount } from './reply-usage.js';

type Json = Readonly<Record<string, unknown>>;

const lastOf = (list: unknown): unknown => (Array.isArray(list) ? list.at(-1) : undefined);

function choiceOf(raw: Json, whole: Json): Choice {
  // A stream that nobody asked for holds pieces in place of messages.
  const given = raw['message'] ?? raw['delta'] ?? lastOf(raw['messages']);
  const message: Json = isRecord(given) ? given : { content: given ?? raw['text'] };
  const { content } = message;
  const reasoning = reasoningOf(message) || reasoningOf(raw, null);
  const refusal = textOf(message['refusal'], () => true) || textOf(typeof content === 'string' ? [] : content, isRefusal);
  const logprobs = tokenLogprobs(raw['logprobs']);
  // Half of a character, where a server cut between the two, is none: other programs cannot even read it.
  const text = answerOf(content ?? raw['text']).toWellFormed();
  const end = endOf(raw, whole);
  const finishReason = isMislabelled(end, text, message, raw) ? 'stop' : end;
  const choice: Mutable<Choice> = reasoning === '' ? { text, finishReason } : { text, reasoning, finishReason };
  if (refusal !== '') choice.refusal = refusal;
  if (logprobs) choice.logprobs = logprobs;
  return choice;
}

/**
 * Choices by their `index`, which some count from one: a repeated index is taken once, and of more than were asked for
 * the first. Where a server gives all of them the same index or none, their order counts.
 */
export function inOrder(raw: readonly Json[], n: number, whole: Json): Choice[] {
  if (raw.length === 1) return [choiceOf(raw[0]!, whole)];
  const indices = raw.map(({ index }) => index);
  const numbered = indices.every(isCount) && new Set(indices).size > 1;
  const byIndex = new Map<unknown, Json>();
  for (const [i, choice] of raw.entries()) {
    const index = numbered ? choice['index'] : i;
    if (!byIndex.has(index)) byIndex.set(index, choice);
  }
  return [...byIndex]
    .sort(([a], [b]) => Number(a) - Number(b))
    .slice(0, n)
    .map(([, choice]) => choiceOf(choice, whole));
}

/** The choices as a server sends them; a single one may stand for itself. */
export function rawChoices({ choices }: Json): readonly Json[] {
  if (Array.isArray(choices)) {
    return choices.map((choice: unknown) => (typeof choice === 'string' ? { text: choice } : choice)).filter(isRecord);
  }
  if (!isRecord(choices)) return [];
  const each = Object.values(choices);
  return '0' in choices && each.every(isRecord) ? each : [choices];
}

/** Members of a body for vLLM and SGLang by which a text may hold a stop. */
const STOPS_STAY = ['include_stop_str_in_output', 'no_stop_trim', 'min_tokens'];

/**
 * A reply without the stops that its outputs were to end before: TGI leaves them in, or runs past one that begins within a token; others
 * take no `stop` at all.
 */
export function cutAtStop(reply: Reply, { parameters: { stop, extra_body: extra = {} } }: TeacherRequest): Reply {
  const given: readonly unknown[] = [extra['stop'] ?? stop ?? []].flat();
  const stops = given.filter((one): one is string => typeof one === 'string' && one !== '');
  if (stops.length === 0 || STOPS_STAY.some((name) => extra[name])) return reply;
  const cut = (choice: Choice): Choice => {
    const at = Math.min(...stops.map((one) => choice.text.indexOf(one)).filter((found) => found >= 0));
    if (at === Infinity) return choice;
    const { finishReason: end } = choice;
    return { ...choice, text: choice.text.slice(0, at), finishReason: end === 'length' ? 'stop' : end };
  };
  return { ...reply, choices: reply.choices.map(cut) };
}

/** With a smaller limit a whole answer ends at it now and then: a word, a mark. */
const LONG = 64;

/**
 * Where each output took all the tokens that it might, and the server does not say how they ended, they were cut: half a sentence is no
 * answer. LiteLLM says of every text of Ollama that it stopped: of those that took exactly so many hardly one did. More than the limit
 * says nothing of one that stopped: with DashScope thoughts do not count for it.
 */
export function cutAtLimit(choices: readonly Choice[], { completionTokens, estimated }: Usage, request: TeacherRequest): readonly Choice[] {
  const { max_tokens: most = 0 } = request.parameters;
  const limit = most * choices.length;
  if (estimated || limit === 0 || completionTokens < limit) return choices;
  const isAtLimit = completionTokens === limit && most >= LONG;
  const isCut = ({ finishReason }: Choice): boolean => finishReason === null || (finishReason === 'stop' && isAtLimit);
  return choices.map((choice) => (isCut(choice) ? { ...choice, finishReason: 'length' } : choice));
}
