import { readClause } from '../text/clause.js';
import { readSource, type Source, type Statement } from '../text/read-source.js';
import { splitSentences } from '../text/sentences.js';
import { wordCount } from '../text/words.js';
import { gapPairs, nounFrequency } from './gaps.js';
import type { Pair } from './pair.js';
import { namesIn, type Names } from './names.js';
import { midSentence } from './question-words.js';
import { resolvePronouns } from './resolve-pronouns.js';
import { statementPairs } from './statement-pairs.js';
import { tablePairs } from './table-pairs.js';
import { truthPairs } from './truth-pairs.js';

/** Questions for a heading, answered by the first sentences below it. */
function headingPairs(statements: readonly Statement[]): Pair[] {
  const byHeading = new Map<string, Statement[]>();
  for (const statement of statements) {
    if (statement.heading !== '') byHeading.set(statement.heading, [...(byHeading.get(statement.heading) ?? []), statement]);
  }
  return [...byHeading].flatMap(([heading, below], i): Pair[] => {
    const answer = below
      .slice(0, 3)
      .map(({ text }) => text)
      .filter((text) => !text.endsWith(':'))
      .join(' ');
    if (splitSentences(answer).length < 2 || heading.length > 80) return [];
    const topic = heading.replace(/[?.:]+$/u, '');
    const questions = [
      `What does the text say about “${topic}”?`,
      `What should a reader remember about “${topic}”?`,
      `How does the text introduce “${topic}”?`,
    ];
    return [{ question: questions[i % questions.length]!, answer, key: `h${i}`, rank: 1 }];
  });
}

/** What the text says about the subject of a sentence: all sentences that begin with it, and what leans on them. */
function topicPairs(statements: readonly Statement[], names: Names): Pair[] {
  const bySubject = new Map<string, number[]>();
  statements.forEach(({ text }, i) => {
    const subject = readClause(text)?.subject;
    if (
      subject === undefined ||
      /^(?:It|He|She|They|We|You|I|His|Her|Its|Their|My|Our|This|That|These|Those|There|One|Two|Three|Some|Many|Most|Nothing|What)\b/u.test(
        subject,
      ) ||
      wordCount(subject) > 4
    ) {
      return;
    }
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), i]);
  });
  return [...bySubject].flatMap(([subject, places]): Pair[] => {
    const told = places.flatMap((i) => {
      const next = statements[i + 1];
      const leansOn =
        next !== undefined && next.paragraph === statements[i]!.paragraph && /^(?:It|He|She|They|This|That|These)\b/u.test(next.text);
      return leansOn ? [statements[i]!.text, next.text] : [statements[i]!.text];
    });
    if (told.length < 2) return [];
    return [
      {
        question: `What is there to know about ${midSentence(subject, names)}?`,
        answer: told.slice(0, 4).join(' '),
        key: `s${subject}`,
        rank: 1,
      },
    ];
  });
}

/** Fewest signs of a sentence behind its opening for it to be asked about. */
const LEAST_REST = 4;

/** For texts of a language whose sentences are not taken apart: how a sentence goes on, by its opening. */
function openingPairs(statements: readonly Statement[]): Pair[] {
  return statements.flatMap(({ text }, i): Pair[] => {
    const opening = /^(?:[^\s，、；：,;،؛:]+(?:\s+|(?=[，、；：,;،؛:]))){1,4}|^.{1,8}/u.exec(text)?.[0].trim() ?? '';
    if (opening === '' || text.length - opening.length < LEAST_REST) return [];
    return [{ question: `${opening} …?`, answer: text, key: `o${i}`, rank: 3 }];
  });
}

const KEPT = 24;
/** Blocks ask about one document many times in a row; taking it apart once is enough. */
const memo = new Map<string, { readonly source: Source; readonly pairs: readonly Pair[] }>();

/** A document taken apart, and all questions that can be asked about it, best first. Pure; the last few are kept. */
export function sourcePairs(text: string): { readonly source: Source; readonly pairs: readonly Pair[] } {
  const known = memo.get(text);
  if (known) return known;
  const source = readSource(text);
  const names = namesIn(source.statements.map((statement) => statement.text));
  const statements = resolvePronouns(source.statements, names);
  const nouns = nounFrequency(statements);
  const pairs = [
    ...statements.flatMap((statement) => statementPairs(statement, names)),
    ...headingPairs(source.statements),
    ...topicPairs(statements, names),
    ...tablePairs(source),
    ...statements.flatMap((statement) => truthPairs(statement, names)),
    ...statements.flatMap((statement) => gapPairs(statement, nouns)),
  ].sort((a, b) => a.rank - b.rank);
  const result = { source: { ...source, statements }, pairs: pairs.length > 0 ? pairs : openingPairs(source.statements) };
  memo.set(text, result);
  if (memo.size > KEPT) memo.delete(memo.keys().next().value!);
  return result;
}
