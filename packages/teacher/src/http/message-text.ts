import { isRecord, type TokenLogprob } from '@sdg/core';

type Json = Readonly<Record<string, unknown>>;

/** What a part of a message is; Gemini marks its thoughts beside the type. */
const typeOf = (part: Json): unknown => (part['thought'] === true ? 'thinking' : (part['type'] ?? 'text'));

/** Members of a part that hold its text. Mistral nests the text of a thought once more, the Assistants API its `value`. */
const TEXTS = ['text', 'value', 'content', 'thinking', 'reasoning', 'summary', 'refusal'] as const;

/** The parts of a message, whose content may be a text, a list of parts, or an object that holds one. */
export function partsOf(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  if (!isRecord(content)) return [];
  return Array.isArray(content['parts']) ? content['parts'] : [content];
}

/** The text among the parts of a message, by what they are: some servers send what the model thought beside what it said. */
export function textOf(content: unknown, isWanted: (type: unknown) => boolean): string {
  if (typeof content === 'string') return content;
  // Most of the members that are looked at are not there.
  if (content === undefined || content === null) return '';
  return partsOf(content)
    .map((part) => {
      if (typeof part === 'string') return isWanted('text') ? part : '';
      if (!isRecord(part) || !isWanted(typeOf(part))) return '';
      const inner = TEXTS.map((name) => part[name]).find((value) => value !== undefined && value !== null);
      return typeof inner === 'string' ? inner : textOf(inner, () => true);
    })
    .join('');
}

/** The answer in a message. Where JSON was asked for, some servers send the value itself in place of its text. */
export function answerOf(content: unknown): string {
  const isValue =
    typeof content === 'number' ||
    typeof content === 'boolean' ||
    (isRecord(content) && !['type', 'parts', ...TEXTS].some((name) => name in content));
  return isValue ? JSON.stringify(content) : textOf(content, isText);
}

const isText = (type: unknown): boolean => type === 'text' || type === 'output_text';
const isThought = (type: unknown): boolean => typeof type === 'string' && /^(thinking|reasoning)/.test(type);
const isTextOrThought = (type: unknown): boolean => type === 'text' || isThought(type);
export const isRefusal = (type: unknown): boolean => type === 'refusal';

/** Members that hold what the model thought: vLLM, SGLang, DeepSeek; OpenRouter, Groq, Ollama, vLLM since; LiteLLM; Copilot; others. */
const THOUGHTS = [
  'reasoning_content',
  'reasoning',
  'thinking',
  'reasoning_details',
  'thinking_blocks',
  'reasoning_text',
  'thought',
  'thoughts',
] as const;

/** LiteLLM keeps what it does not know of a provider apart. */
const APART = 'provider_specific_fields';
const HOLDERS: ReadonlySet<string> = new Set([...THOUGHTS, APART]);

/** What the model thought by the members of a message; `content` holds thoughts, too, where it is a list of parts. */
export function reasoningOf(message: Json, content = message['content']): string {
  // Most have none of these members: one look at those that they have.
  if (Object.keys(message).some((name) => HOLDERS.has(name))) {
    for (const name of THOUGHTS) {
      const thought = textOf(message[name], isTextOrThought);
      if (thought !== '') return thought;
    }
    const more = message[APART];
    if (isRecord(more)) return reasoningOf(more);
  }
  return typeof content === 'string' ? '' : textOf(content, isThought);
}

/** A log probability; where it is infinite JSON has null, and vLLM this number. */
const logprobOf = (value: unknown): number => (value === null ? -9999 : Number(value));

/** Log probabilities of chat (`content`) and of completions (`tokens`, `token_logprobs`, `top_logprobs`) in one form. */
export function tokenLogprobs(value: unknown): TokenLogprob[] | undefined {
  if (!isRecord(value)) return undefined;
  if (Array.isArray(value['content'])) {
    return value['content'].filter(isRecord).map(({ token, logprob, top_logprobs: top }) => ({
      token: String(token),
      logprob: logprobOf(logprob),
      ...(Array.isArray(top) && {
        top: top.filter(isRecord).map((other) => ({ token: String(other['token']), logprob: logprobOf(other['logprob']) })),
      }),
    }));
  }
  const { tokens, token_logprobs: logprobs, top_logprobs: tops } = value;
  if (!Array.isArray(tokens) || !Array.isArray(logprobs)) return undefined;
  return tokens.map((token, i) => {
    const top: unknown = Array.isArray(tops) ? tops[i] : undefined;
    return {
      token: String(token),
      logprob: logprobOf(logprobs[i]),
      ...(isRecord(top) && { top: Object.entries(top).map(([other, logprob]) => ({ token: other, logprob: logprobOf(logprob) })) }),
    };
  });
}
