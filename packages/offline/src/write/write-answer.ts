import type { Given } from '../prompt/find-given.js';
import { applyChange, compareTexts, keepsItsMake } from './analogy.js';
import { findAnswer, type FoundAnswer } from './find-answer.js';
import { bareRequest, demandIn } from './reword.js';

/** An example counts as of the same make when at least this share of its question comes back. */
const ALIKE = 0.6;
const ALIKE_GROUND = 0.4;

/** The example's answer with the words changed as the question and its text were changed; undefined where none is like it. */
export function answerByAnalogy({ examples, question = '', ground }: Given): string | undefined {
  const alike = examples
    .filter((example) => example.question !== undefined && example.answer !== undefined)
    .map((example) => ({ example, change: compareTexts(bareRequest(example.question!), bareRequest(question)) }))
    .sort((a, b) => b.change.kept - a.change.kept)[0];
  if (!alike || alike.change.kept < ALIKE) return undefined;
  const from = alike.example.context ?? alike.example.document;
  const grounds = from !== undefined && ground !== undefined ? compareTexts(from, ground) : undefined;
  if (ground !== undefined && (grounds === undefined || !keepsItsMake(grounds, ALIKE_GROUND))) return undefined;
  const replaced = new Map([...alike.change.replaced, ...(grounds?.replaced ?? [])]);
  const changed = applyChange(alike.example.answer!.trim(), { replaced });
  return demandIn(question)?.meet(changed) ?? changed;
}

/** An answer to the question of the prompt, from its text, from an example like it, or from whatever the prompt says. */
export function writeAnswer(given: Given, promptText: string): FoundAnswer {
  const { question = '', ground } = given;
  const byAnalogy = answerByAnalogy(given);
  if (byAnalogy !== undefined) return { answer: byAnalogy, evidence: byAnalogy, found: 1 };
  if (ground !== undefined) return findAnswer(question, ground);
  const elsewhere = findAnswer(question, promptText.replace(question, ' '));
  if (elsewhere.found > 0.6) return elsewhere;
  const request = question
    .trim()
    .split('\n')[0]!
    .replace(/[?.\s]+$/u, '');
  return {
    answer:
      request === ''
        ? 'Nothing was asked.'
        : `For “${request}”, the prompt itself holds no answer: this is where a model would have to know something.`,
    evidence: '',
    found: 0,
  };
}
