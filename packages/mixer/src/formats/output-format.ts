import type { Message } from '../rows/training-row.js';
import type { Conversation } from './conversation.js';

/** Forms in which a mix can be written. */
export const OUTPUT_FORMATS = ['messages', 'alpaca', 'sharegpt', 'chatml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const SHAREGPT_ROLES: Readonly<Record<string, string>> = { user: 'human', assistant: 'gpt' };

const turn = ({ role, content }: Message): string => `<|im_start|>${role}\n${content}<|im_end|>\n`;

/** The first question and the answer to it: all that Alpaca's columns have room for. */
function firstExchange(messages: readonly Message[]): { instruction: string; output: string } | undefined {
  const asked = messages.findIndex(({ role }) => role === 'user');
  const answer = messages.slice(asked + 1).find(({ role }) => role === 'assistant');
  return asked === -1 || !answer ? undefined : { instruction: messages[asked]!.content, output: answer.content };
}

/**
 * The row in a form other than messages, `source` first: Alpaca columns `instruction`, `input`, `output`; ShareGPT
 * `conversations` of `from` and `value`; ChatML `text`. Undefined where an Alpaca row has no question and answer.
 */
export function writeAs(
  format: Exclude<OutputFormat, 'messages'>,
  source: string,
  { messages, pair }: Conversation,
): Record<string, unknown> | undefined {
  switch (format) {
    case 'alpaca': {
      const exchange = pair ?? firstExchange(messages);
      return exchange && { source, instruction: exchange.instruction, input: pair?.input ?? '', output: exchange.output };
    }
    case 'sharegpt':
      return { source, conversations: messages.map(({ role, content }) => ({ from: SHAREGPT_ROLES[role] ?? role, value: content })) };
    case 'chatml':
      return { source, text: messages.map(turn).join('') };
  }
}
