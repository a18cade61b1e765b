import type { TokenLogprob } from '@sdg/core';

const SURE = Math.log(0.95);
const UNSURE = Math.log(0.2);

/** Log probabilities in the form of a real reply: high for words that stand in the prompt, low for others. */
export function guessLogprobs(prompt: string, text: string, alternatives: number): readonly TokenLogprob[] {
  const known = new Set(prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  return [...text.matchAll(/\s*(?:[\p{L}\p{N}]+|[^\s\p{L}\p{N}])/gu)].map(([token]) => {
    const word = token.trim().toLowerCase();
    const logprob = known.has(word) || !/[\p{L}\p{N}]/u.test(word) ? SURE : UNSURE;
    const rest = Math.log((1 - Math.exp(logprob)) / Math.max(1, alternatives));
    const others = [
      'the',
      'a',
      'and',
      'of',
      'to',
      'in',
      'is',
      'it',
      'that',
      'was',
      'for',
      'on',
      'as',
      'with',
      'by',
      'at',
      'or',
      'an',
      'be',
      'not',
    ];
    const top = [{ token, logprob }, ...others.filter((other) => other !== word).map((other) => ({ token: ` ${other}`, logprob: rest }))];
    return alternatives === 0 ? { token, logprob } : { token, logprob, top: top.slice(0, alternatives) };
  });
}
