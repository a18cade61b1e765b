import type { Random } from '@sdg/core';
import type { Pair } from './pair.js';
import { sourcePairs } from './source-pairs.js';
import { fillersOf, withGap, nounFrequency, type FillerKind } from './gaps.js';
import { nearbyNumbers } from './nearby-numbers.js';
import { stem, wordCount, wordsOf } from '../text/words.js';

/** A question with four choices, and the right one as it stands among them. */
interface ChoiceQuestion {
  readonly question: string;
  readonly choices: readonly string[];
  readonly right: number;
}

const LETTERS = 'ABCD';
const COUNT = 4;
const stemsOf = (text: string): readonly string[] => wordsOf(text).map(stem);

/** `tide` and `tides`, `the sun` and `sun` are no two choices. */
const alike = (a: string, b: string): boolean => {
  const bare = (text: string): string => stemsOf(text.replace(/^(?:the|an?) /iu, '')).join(' ') || text;
  return bare(a) === bare(b);
};

function withDistractors(question: string, right: string, others: Iterable<string>, random: Random): ChoiceQuestion | undefined {
  const wrong: string[] = [];
  for (const other of others) {
    if (wrong.length < COUNT - 1 && other !== '' && ![right, ...wrong].some((taken) => alike(taken, other))) wrong.push(other);
  }
  if (wrong.length < COUNT - 1) return undefined;
  const choices = random.shuffle([right, ...wrong]);
  return { question, choices, right: choices.indexOf(right) };
}

/** For a text too short for wrong choices of its own: whether a statement is true. */
function truthChoices({ question, answer }: Pair): ChoiceQuestion[] {
  if (!question.startsWith('Is it true')) return [];
  return [{ question, choices: ['Yes', 'No', 'Only in part', 'It is not known'], right: answer.startsWith('Yes') ? 0 : 1 }];
}

/** Questions with one right answer and three wrong ones of the same kind, all taken from the document where it has them. */
export function choiceQuestions(text: string, random: Random): readonly ChoiceQuestion[] {
  const { source, pairs } = sourcePairs(text);
  const nouns = nounFrequency(source.statements);
  const fillers = source.statements.map((statement) => fillersOf(statement.text, nouns));
  const byKind = new Map<FillerKind, Set<string>>();
  for (const { kind, text: filler } of fillers.flat()) byKind.set(kind, (byKind.get(kind) ?? new Set()).add(filler));

  const gaps = source.statements.flatMap(({ text: sentence }, i) =>
    fillers[i]!.flatMap(({ text: right, kind }) => {
      // What stands elsewhere in the sentence gives the answer away.
      if (stemsOf(sentence).filter((word) => word === stem(right.toLowerCase())).length > 1) return [];
      if (wordCount(sentence) < 6 || wordCount(sentence) > 40 || !/[.!]$/u.test(sentence)) return [];
      const others = random.shuffle([...byKind.get(kind)!].filter((other) => !sentence.includes(other)));
      // A plural among singulars gives itself away.
      const plural = (word: string): boolean => /[^s]s$/u.test(word);
      const sized = kind === 'word' ? [...others.filter((other) => plural(other) === plural(right)), ...others] : others;
      const all = kind === 'year' || kind === 'number' ? [...sized, ...nearbyNumbers(right)] : sized;
      return withDistractors(`Which ${kind} completes the sentence “${withGap(sentence, right)}”?`, right, all, random) ?? [];
    }),
  );
  const cells = source.tables.flatMap(({ header, rows }) =>
    rows.flatMap((row) =>
      row.slice(1).flatMap((right, c) => {
        const column = rows.map((other) => other[c + 1]!);
        if (right === '') return [];
        const question = pairs.find(
          (pair) => pair.short === right && pair.question.includes(`“${row[0]!}”`) && pair.question.includes(`“${header[c + 1]!}”`),
        )?.question;
        return question === undefined
          ? []
          : (withDistractors(question, right, [...random.shuffle(column), ...nearbyNumbers(right)], random) ?? []);
      }),
    ),
  );
  const asked = pairs.flatMap(({ question, short, kind }) => {
    if (short === undefined || kind === undefined || wordCount(short) > 20) return [];
    const others = pairs
      .filter((other) => other.kind === kind && other.short !== undefined && wordCount(other.short) <= 20)
      .map((other) => other.short!);
    return withDistractors(question, short, random.shuffle(others), random) ?? [];
  });
  const all = [...random.shuffle([...asked, ...cells]), ...random.shuffle(gaps)];
  return all.length > 0 ? all : random.shuffle(pairs.flatMap(truthChoices));
}

/** `What …?`, an empty line, `A) …` to `D) …`. */
export const renderChoices = ({ question, choices }: ChoiceQuestion): string =>
  `${question}\n\n${choices.map((choice, i) => `${LETTERS[i]!}) ${choice}`).join('\n')}`;
/** `B) …` */
export const renderRight = ({ choices, right }: ChoiceQuestion): string => `${LETTERS[right]!}) ${choices[right]!}`;
