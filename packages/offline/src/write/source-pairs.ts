import { groupBy } from '@sdg/core';
import { readClause } from '../text/clause.js';
import { readSource, type Source, type Statement } from '../text/read-source.js';
import { splitSentences } from '../text/sentences.js';
import { wordCount } from '../text/words.js';
import { fillersOf, gapPairs, nounFrequency } from './gaps.js';
import { type Pair, pairOf } from './pair.js';
import { type Names, namesIn, personIn } from './names.js';
import { midSentence } from './question-words.js';
import { LEANS_BACK, statementPairs } from './statement-pairs.js';
import { tablePairs } from './table-pairs.js';
import { nearbyNumbers } from './nearby-numbers.js';

/** Whether a statement is true, asked as it is; and asked with one of its numbers changed, where it has one. */
function truthPairs({ text, paragraph, position }: Statement, names: Names): readonly Pair[] {
  const isClaim = /^(?!\p{Lu}\p{Ll}+ing\b)\p{Lu}[^:;“”"]*\.$/u.test(text) && !text.includes('\n');
  if (!isClaim || wordCount(text) < 6 || wordCount(text) > 28 || LEANS_BACK.test(text)) return [];
  const claim = midSentence(text.replace(/\.$/u, ''), names);
  const key = `${paragraph}.${position}`;
  const pairs = [pairOf(key, 3, `Is it true that ${claim}?`, `Yes. ${text}`)];
  const number = fillersOf(text, new Map()).find(({ kind }) => kind === 'year' || kind === 'number')?.text;
  const [, other] = number === undefined ? [] : [...nearbyNumbers(number)];
  if (number !== undefined && other !== undefined) {
    const at = claim.lastIndexOf(number);
    const question = `Is it true that ${claim.slice(0, at)}${other}${claim.slice(at + number.length)}?`;
    pairs.push(pairOf(key, 3, question, `No, it is not ${other} but ${number}. ${text}`));
  }
  return pairs;
}

const PRONOUN = /^(?:He|She)\s/u;

/**
 * Puts the name for `He` and `She` at the beginning of a sentence where the sentences before it in the same paragraph
 * have a person as their subject, so that the sentence can stand alone.
 */
function resolvePronouns(statements: readonly Statement[], names: Names): readonly Statement[] {
  let person: string | undefined;
  let paragraph = -1;
  return statements.map((statement) => {
    if (statement.paragraph !== paragraph) {
      paragraph = statement.paragraph;
      person = undefined;
    }
    if (PRONOUN.test(statement.text)) {
      return person === undefined ? statement : { ...statement, text: statement.text.replace(PRONOUN, `${person} `) };
    }
    const subject = readClause(statement.text.replace(/^(?:In|On|By|From) [^,]{3,30}?\d{4},? /u, ''))?.subject;
    if (subject !== undefined) person = personIn(subject, names) ?? (/^(?:It|They)$/u.test(subject) ? person : undefined);
    return statement;
  });
}

/** Questions for a heading, answered by the first sentences below it. */
function headingPairs(statements: readonly Statement[]): Pair[] {
  const headed = statements.filter(({ heading }) => heading !== '');
  const byHeading = groupBy(headed, ({ heading }) => heading);
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
    return [pairOf(`h${i}`, 1, questions[i % questions.length]!, answer)];
  });
}

const NO_TOPIC =
  /^(?:It|He|She|They|We|You|I|His|Her|Its|Their|My|Our|This|That|These|Those|There|One|Two|Three|Some|Many|Most|Nothing|What)\b/u;

/** What the text says about the subject of a sentence: all sentences that begin with it, and what leans on them. */
function topicPairs(statements: readonly Statement[], names: Names): Pair[] {
  const placed = statements.flatMap(({ text }, i) => {
    const subject = readClause(text)?.subject;
    return subject === undefined || NO_TOPIC.test(subject) || wordCount(subject) > 4 ? [] : { subject, i };
  });
  const bySubject = groupBy(placed, ({ subject }) => subject);
  return [...bySubject].flatMap(([subject, places]): Pair[] => {
    const told = places.flatMap(({ i }) => {
      const next = statements[i + 1];
      const leansOn =
        next !== undefined && next.paragraph === statements[i]!.paragraph && /^(?:It|He|She|They|This|That|These)\b/u.test(next.text);
      return leansOn ? [statements[i]!.text, next.text] : [statements[i]!.text];
    });
    if (told.length < 2) return [];
    return [pairOf(`s${subject}`, 1, `What is there to know about ${midSentence(subject, names)}?`, told.slice(0, 4).join(' '))];
  });
}

/** Fewest signs of a sentence behind its opening for it to be asked about. */
const LEAST_REST = 4;

/** For texts of a language whose sentences are not taken apart: how a sentence goes on, by its opening. */
function openingPairs(statements: readonly Statement[]): Pair[] {
  return statements.flatMap(({ text }, i): Pair[] => {
    const opening = /^(?:[^\s，、；：,;،؛:]+(?:\s+|(?=[，、；：,;،؛:]))){1,4}|^.{1,8}/u.exec(text)?.[0].trim() ?? '';
    if (opening === '' || text.length - opening.length < LEAST_REST) return [];
    return [pairOf(`o${i}`, 3, `${opening} …?`, text)];
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
