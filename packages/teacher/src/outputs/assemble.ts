import { type Mutable, NONE, type OutputKey, type Reply, type StoredOutput, sumOf, type TeacherRequest, type Usage } from '@sdg/core';
import type { ReadChoice } from './read-choice.js';

/** The outputs of one reply, each with its share of the tokens: the prompt's count once, with the first. */
export function shares({ choices, usage, model }: Reply): StoredOutput[] {
  const each = Math.floor(usage.completionTokens / choices.length);
  return choices.map((choice, i) => {
    const promptTokens = i === 0 ? usage.promptTokens : 0;
    const completionTokens = i === 0 ? usage.completionTokens - each * (choices.length - 1) : each;
    const output: StoredOutput = { choice, model, promptTokens, completionTokens };
    return usage.estimated ? { ...NONE, ...output, estimated: true } : output;
  });
}

const tokensOf = (all: readonly Pick<Usage, 'promptTokens' | 'completionTokens'>[]): Usage => ({
  promptTokens: sumOf(all, ({ promptTokens }) => promptTokens),
  completionTokens: sumOf(all, ({ completionTokens }) => completionTokens),
});

/** The reply of all outputs that were found. `replies` brought those of them that were paid for. */
export function assemble(
  request: TeacherRequest,
  keys: readonly OutputKey[],
  found: readonly (StoredOutput | undefined)[],
  replies: readonly Reply[],
  read: ReadChoice,
): Reply {
  const all = found.filter((output) => output !== undefined);
  const usage: Mutable<Usage> = tokensOf(all);
  if (all.some(({ estimated }) => estimated)) usage.estimated = true;
  const choices = all.map(({ choice }) => read(choice, request));
  const reply: Mutable<Reply> = { choices, model: (all[0] ?? replies[0]!).model, usage };
  if (keys.length > 0) reply.keys = keys.filter((_, i) => found[i] !== undefined).map(({ exact }) => exact);
  if (replies.length === 0) return { ...NONE, ...reply, cached: true };
  const paid = tokensOf(replies.map((one) => one.usage));
  if (paid.promptTokens !== usage.promptTokens || paid.completionTokens !== usage.completionTokens) reply.paid = paid;
  const timing = replies.map((one) => one.timing).filter((one) => one !== undefined);
  if (timing.length > 0) {
    reply.timing = {
      queuedMs: timing.reduce((most, { queuedMs }) => Math.max(most, queuedMs), 0),
      serviceMs: sumOf(timing, ({ serviceMs }) => serviceMs),
    };
  }
  return reply;
}
