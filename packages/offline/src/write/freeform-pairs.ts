import type { Random } from '@sdg/core';
import type { Example } from '../prompt/read-prompt.js';
import { applyChange, compareTexts } from './analogy.js';
import { demands, hasForm, reword, withSetting } from './reword.js';
import { varyText } from './vary-text.js';

interface FreeformOptions {
  readonly examples: readonly Example[];
  readonly task: string | undefined;
  /** Every question has to end with a question mark. */
  readonly mustAsk: boolean;
  /** The questions are about a given text: names and times in them have to stay. */
  readonly isBound?: boolean;
}

const TRIES = 24;

/** What can be asked about a task of which nothing but the description is known. */
const taskQuestions = (task: string): readonly string[] => [
  `How would you go about this task: ${task}?`,
  `Which mistakes should one avoid in this task: ${task}?`,
  `What does a good result look like for this task: ${task}?`,
  `Can you show how this is done, step by step: ${task}?`,
];

/**
 * New questions after the pattern of the examples, with their answers: other names, towns, months and things, other
 * ways of asking, and demands on the answer's form that the example's answer can be made to meet.
 */
export function freeformPairs(
  { examples, task, mustAsk, isBound = false }: FreeformOptions,
  count: number,
  random: Random,
): readonly { readonly question: string; readonly answer: string }[] {
  const usable = examples.filter(({ question }) => question !== undefined);
  if (usable.length === 0) {
    const about = (task ?? 'write something useful').replace(/[.\s]+$/u, '');
    return Array.from({ length: count }, (_, i) => ({ question: taskQuestions(about)[i % 4]!, answer: `${about}.` }));
  }
  const start = random.below(usable.length);
  const firstDemand = random.below(demands.length);
  const firstSetting = random.below(97);
  const seen = new Set<string>();
  return Array.from({ length: count }, (_, i) => {
    const { question = '', answer = '' } = usable[(start + i) % usable.length]!;
    for (let attempt = 0; ; attempt++) {
      const varied = isBound ? question : varyText(question, random);
      const variant = i + attempt;
      const isNew = varied !== question;
      const demand = hasForm(question) || (variant % 3 === 0 && isNew) ? undefined : demands[(firstDemand + variant) % demands.length];
      const plain = reword(varied, Math.floor(variant / 2), demand, mustAsk);
      const asked = isBound || variant % 2 === 0 ? plain : withSetting(plain, firstSetting + variant);
      if (seen.has(asked) && attempt < TRIES) continue;
      seen.add(asked);
      const changed = isNew ? applyChange(answer.trim(), compareTexts(question, varied)) : answer.trim();
      return { question: asked, answer: demand ? demand.meet(changed) : changed };
    }
  });
}
