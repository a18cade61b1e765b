import type { FaultKind } from './faults.js';

/** What the model only thought, wherever it is put. */
export const THOUGHT = 'DRAFT: perhaps [Answer] a draft [End], or {"question": "draft", "score": 9}?';

/** A choice as `replyBody` makes it, of either API. */
interface RawChoice {
  readonly message?: { readonly role: string; readonly content: unknown };
  readonly text?: string;
  readonly finish_reason: string;
}

const textOf = ({ message, text }: RawChoice): string => text ?? String(message?.content ?? '');
const withText = (choice: RawChoice, text: string): RawChoice =>
  choice.message ? { ...choice, message: { ...choice.message, content: text } } : { ...choice, text };
const half = (text: string): string => text.slice(0, text.length >> 1);
const withMember = (choice: RawChoice, members: object): object =>
  choice.message ? { ...choice, message: { ...choice.message, ...members } } : { ...choice, ...members };

type Reshape = (choice: RawChoice) => object;
const prefixed =
  (before: string): Reshape =>
  (choice) =>
    withText(choice, `${before}${textOf(choice)}`);

const shapes: Readonly<Partial<Record<FaultKind, Reshape>>> = {
  'finish-error': (choice) => ({
    ...withText(choice, half(textOf(choice))),
    finish_reason: 'error',
    error: { code: 502, message: 'upstream went away' },
  }),
  'finish-abort': (choice) => ({ ...withText(choice, half(textOf(choice))), finish_reason: 'abort' }),
  'content-filter': (choice) => ({ ...withText(choice, half(textOf(choice))), finish_reason: 'content_filter' }),
  refusal: (choice) => withMember(withText(choice, ''), { refusal: 'I will not write that.' }),
  empty: (choice) => (choice.message ? withMember(choice, { content: null }) : withText(choice, '')),
  'tool-calls': (choice) => ({
    ...withMember(withText(choice, ''), {
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }),
    finish_reason: 'tool_calls',
  }),
  think: prefixed(`<think>\n${THOUGHT}\n</think>\n\n`),
  'think-opened': prefixed(`${THOUGHT}\n</think>\n\n`),
  'think-cut': (choice) => ({ ...withText(choice, `<think>\n${THOUGHT}`), finish_reason: 'length' }),
  reasoning: (choice) => withMember(choice, { reasoning_content: THOUGHT }),
  'think-words': prefixed(`【思考】${THOUGHT}【/思考】\n`),
  turns: (choice) =>
    withText(choice, `<|im_start|>assistant\n${textOf(choice)}<|im_end|>\n<|im_start|>user\n${THOUGHT}<|im_end|>\n<|im_start|>assistant\n`),
  harmony: prefixed(`<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>`),
  parts: (choice) =>
    choice.message
      ? withMember(choice, {
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: THOUGHT }] },
            { type: 'text', text: textOf(choice) },
          ],
        })
      : choice,
};

/** A choice in the form that a fault gives it. */
export const reshape = (choice: RawChoice, fault: FaultKind | undefined): object =>
  fault === undefined ? choice : (shapes[fault]?.(choice) ?? choice);
