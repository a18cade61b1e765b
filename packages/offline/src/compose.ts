import type { Random } from '@sdg/core';
import type { Field, Format, Values } from './format/format.js';
import type { Aim } from './prompt/find-aim.js';
import type { Given } from './prompt/find-given.js';
import { findCount, findScale, findVerdicts } from './prompt/find-scale.js';
import type { PromptParts } from './prompt/read-prompt.js';
import type { Role } from './prompt/roles.js';
import { applyChange, compareTexts, keepsItsMake } from './write/analogy.js';
import { choiceQuestions, renderChoices, renderRight } from './write/choices.js';
import { listFacts, summarise, withoutOutline } from './write/extract.js';
import { freeformPairs } from './write/freeform-pairs.js';
import { judge } from './write/judge.js';
import { pickPairs } from './write/pick-pairs.js';
import { sourcePairs } from './write/source-pairs.js';
import { varyContexts } from './write/vary-text.js';
import { answerByAnalogy, writeAnswer } from './write/write-answer.js';

/** Everything that an answer is made of. */
interface Assignment {
  readonly aim: Aim;
  readonly parts: PromptParts;
  readonly given: Given;
  readonly format: Format;
}

type Texts = Partial<Record<Role, string>>;

/** Ways to begin the further answers to one question. */
const OTHER_WORDS = [
  '',
  'In short: ',
  'Put briefly: ',
  'To answer the question: ',
  'As far as one can tell: ',
  'Once more: ',
  'In other words: ',
  'To sum it up: ',
] as const;
const SERIES = 6;
/** Contexts of examples that are so much alike are of one make: what was asked about one can be asked about the other. */
const ALIKE = 0.4;

/** The values of a record in the order of the fields. A field that nothing was written for gets the first text there is. */
const toValues = (fields: readonly Field[], texts: Texts): Values => {
  const any = Object.values(texts)[0] ?? '';
  return fields.map(({ role }) => texts[role] ?? any);
};

/** Questions with their answers, grounded in the prompt's text where it has one. */
function questionsAndAnswers({ given, parts, format }: Assignment, count: number, random: Random): readonly Texts[] {
  const { ground, examples, task } = given;
  const isBare = format.startTags === undefined || format.startTags.every((tag) => tag === '');
  const mustAsk = isBare || /question mark/iu.test(parts.directions);
  if (ground === undefined) return freeformPairs({ examples, task, mustAsk }, count, random);
  const own = examples.flatMap((example) => {
    const from = example.context ?? example.document;
    if (example.question === undefined || from === undefined) return [];
    const change = compareTexts(from, ground);
    if (!keepsItsMake(change, ALIKE)) return [];
    const answer = answerByAnalogy({ examples: [example], question: example.question, ground });
    return [{ question: applyChange(example.question, change), answer: answer ?? '' }];
  });
  const { pairs } = sourcePairs(ground);
  const bound = own.length > 0 ? own : examples;
  if (pairs.length === 0) return freeformPairs({ examples: bound, task, mustAsk, isBound: true }, count, random);
  const reworded = own.length === 0 ? [] : freeformPairs({ examples: own, task, mustAsk, isBound: true }, Math.ceil(count / 3), random);
  return [...reworded, ...pickPairs(pairs, count - reworded.length, random).map(({ question, answer }) => ({ question, answer }))];
}

function judgement({ given, parts }: Assignment): Texts {
  const { quality, explanation } = judge(given);
  const { min, max } = findScale(parts.directions);
  const { good, bad } = findVerdicts(parts.directions) ?? { good: 'YES', bad: 'NO' };
  const score = String(Math.round(min + quality * (max - min)));
  const verdict = quality >= 0.5 ? good : bad;
  return { explanation, score, verdict, answer: verdict };
}

/** The records of `outputs` replies: for each reply a list of records, each a value for every field of the format. */
export function compose(assignment: Assignment, outputs: number, random: Random): readonly (readonly Values[])[] {
  const { aim, parts, given, format } = assignment;
  const { fields } = format;
  const perOutput = format.many ? (findCount(parts.directions) ?? SERIES) : 1;
  const total = outputs * perOutput;
  const share = (texts: readonly Texts[]): readonly (readonly Values[])[] =>
    Array.from({ length: outputs }, (_, i) => texts.slice(i * perOutput, (i + 1) * perOutput).map((one) => toValues(fields, one)));
  const each = (make: (i: number) => Texts): readonly (readonly Values[])[] =>
    Array.from({ length: outputs }, (_, i) => [toValues(fields, make(i))]);
  const ground = given.ground ?? parts.text;

  switch (aim) {
    case 'judge': {
      const texts = judgement(assignment);
      return each((i) => (i === 0 ? texts : { ...texts, explanation: `Read again (${i + 1}): ${texts.explanation!}` }));
    }
    case 'choices': {
      const questions = choiceQuestions(ground, random);
      if (questions.length === 0) return share(questionsAndAnswers(assignment, total, random));
      // A document that is used up is asked again, with the choices in another order.
      const all = Array.from({ length: Math.ceil(total / questions.length) }, (_, i) =>
        i === 0 ? questions : choiceQuestions(ground, random),
      ).flat();
      return share(
        all.map((question) => ({ question: renderChoices(question), answer: renderRight(question), choices: question.choices.join('\n') })),
      );
    }
    case 'pairs':
    case 'questions':
      return share(questionsAndAnswers(assignment, total, random));
    case 'context': {
      const contexts = varyContexts(given, outputs, random);
      return each((i) => ({ context: contexts[i]! }));
    }
    case 'correction':
      return each(() => ({ correction: withoutOutline(ground) }));
    case 'facts':
      return each((i) => ({ facts: listFacts(ground, i) }));
    case 'summary':
      return each(() => ({
        summary: summarise(
          ground,
          /\bdetail|\bextract|\bcomprehensive|\bthorough|\bevery main point|\bword for word/iu.test(parts.directions) ? 0.5 : 0.25,
          random,
        ),
      }));
    case 'answer': {
      const { answer, evidence, found } = writeAnswer(given, parts.text);
      const explanation =
        found > 0 ? `The text that comes closest to the question is “${evidence}”.` : 'The prompt holds no text that answers this.';
      return each((i) => ({ answer: `${OTHER_WORDS[i % OTHER_WORDS.length]!}${answer}`, explanation }));
    }
  }
}
