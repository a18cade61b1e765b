import type { Choice, TeacherRequest } from '@sdg/core';
import { answerLogprobs } from '../reply/split-thinking.js';
import type { SplitThinking } from '../reply/split-text.js';

/** Takes an output apart that a model wrote for a request. */
export type ReadChoice = (choice: Choice, request: TeacherRequest) => Choice;

/** Takes what a model thought out of what it wrote. Without a rule texts are answers. */
export function readerOf(split: SplitThinking | undefined): ReadChoice {
  if (!split) return (choice) => choice;
  return (choice, request) => {
    const { answer, reasoning } = split(choice.text, request);
    if (reasoning === undefined && !choice.reasoning && answer === choice.text) return choice;
    // Some servers set thoughts apart and leave them in the text too.
    const thoughts = [...new Set([choice.reasoning?.trim() === reasoning ? reasoning : choice.reasoning, reasoning])]
      .filter(Boolean)
      .join('\n');
    if (thoughts === '') return answer === choice.text ? choice : { ...choice, text: answer };
    return { ...choice, text: answer, reasoning: thoughts, ...(choice.logprobs && { logprobs: answerLogprobs(choice.logprobs, answer) }) };
  };
}

/** Whether an output was declined, by the model or by a filter before or behind it. */
export const isDeclined = ({ finishReason, refusal }: Choice): boolean =>
  refusal !== undefined || finishReason === 'content_filter' || finishReason === 'refusal';

/** Whether a model stopped without a word of an answer, or called a tool in place of one: a hiccup, most often. */
export const isBlank = (choice: Choice): boolean =>
  choice.finishReason === 'tool_calls' ||
  (choice.finishReason !== 'length' && !isDeclined(choice) && !/[^\s\p{Cf}\p{Cc}]/u.test(choice.text));
