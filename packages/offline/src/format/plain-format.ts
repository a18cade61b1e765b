import type { Aim } from '../prompt/find-aim.js';
import type { PromptParts } from '../prompt/read-prompt.js';
import type { Field, Format, Values } from './format.js';

const field = (role: Field['role']): Field => ({ name: role, role });

type Prompt = Pick<PromptParts, 'text' | 'directions'>;

const joined = (fields: readonly Field[], many: boolean, write: (values: Values, i: number) => string, between = '\n\n'): Format => ({
  fields,
  many,
  render: (records) => records.map(write).join(between),
});

const bare = (role: Field['role']): Format => joined([field(role)], false, ([value]) => value!);

/** Directions by which the judgement is all that is wanted. */
const VERDICT_ALONE = [
  /\b(?:only|just|simply|single word|one word)\b[^.\n]{0,40}\b(?:YES|yes|Yes|number|integer|score|rating)\b/u,
  /\b(?:answer|respond|reply) (?:with )?(?:only )?["'“]?(?:YES|yes|Yes)\b/u,
];

function judgement({ text, directions }: Prompt): Format {
  const hasBrackets = /\[\[/u.test(text);
  const written = /\b(Rating|Score|Grade|Verdict|Judg(?:e)?ment|Answer)\s*:\s*\[{0,2}(?:\d|n\b|<|\{|YES|Yes)/u.exec(text)?.[1];
  const label = written ?? (hasBrackets ? 'Rating' : undefined);
  if (label === undefined && VERDICT_ALONE.some((cue) => cue.test(directions))) {
    return bare(/\b(?:YES|Yes|yes)\b/u.test(directions) ? 'verdict' : 'score');
  }
  const isVerdict = label === undefined ? /\bYES\b/u.test(text) : /verdict|judg|answer/iu.test(label);
  const shown = label ?? (isVerdict ? 'Answer' : 'Score');
  return joined([field('explanation'), field(isVerdict ? 'verdict' : 'score')], false, ([explanation, value]) => {
    return `${explanation!}\n\n${shown}: ${hasBrackets ? `[[${value!}]]` : value!}`;
  });
}

function questions({ text, directions }: Prompt): Format {
  const numbered = /^(#{1,5} |\*\*)?((?:Question|Instruction|Task|Q))\s+(?:\d{1,2}|[nN]|X|<\w+>|\{\w+\})\s*:/mu.exec(text);
  if (numbered) {
    const [, mark = '', label] = numbered;
    const close = mark.startsWith('**') ? '**' : '';
    return joined([field('question')], true, ([question], i) => `${mark}${label!} ${i + 1}:${close}\n${question!}`);
  }
  if (/\b(?:a|one|single) (?:new )?question\b/iu.test(directions)) return bare('question');
  return joined([field('question')], true, ([question], i) => `${i + 1}. ${question!}`, '\n');
}

const PAIR_LABELS =
  /^(?:\*\*)?(Question|Q|Instruction)(?: \d+)?(?:\*\*)?:[\s\S]*?^(?:\*\*)?(Answer|A|Response|Output)(?: \d+)?(?:\*\*)?:/mu;

function pairs({ text, directions }: Prompt): Format {
  const labels = /no labels/iu.test(directions) ? null : PAIR_LABELS.exec(text);
  const [ask, reply] = labels ? [`${labels[1]!}: `, `${labels[2]!}: `] : ['', ''];
  const many = /\bpairs\b/iu.test(directions) && !/\b(?:a |one )?single\b|\bone (?:new )?(?:question|pair)\b/iu.test(directions);
  return joined([field('question'), field('answer')], many, ([question, answer]) => `${ask}${question!}\n${reply}${answer!}`);
}

const FORMATS: Readonly<Record<Aim, (prompt: Prompt) => Format>> = {
  judge: judgement,
  questions,
  pairs,
  choices: pairs,
  answer: () => bare('answer'),
  context: () => bare('context'),
  summary: () => bare('summary'),
  facts: () => bare('facts'),
  correction: () => bare('correction'),
};

/** A reply without tags: as the prompt's own labels and brackets have it (`### Question 1:`, `Rating: [[2]]`), else bare. */
export const plainFormat = (aim: Aim, prompt: Prompt): Format => FORMATS[aim](prompt);
