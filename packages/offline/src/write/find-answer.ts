import { sumOf } from '@sdg/core';
import { contentWords, coverage, stem, wordsOf } from '../text/words.js';
import { sourcePairs } from './source-pairs.js';
import type { Table } from '../text/read-source.js';

/** An answer with the sentence that it rests on; `found` is the share of the question's words that led there. */
export interface FoundAnswer {
  readonly answer: string;
  readonly evidence: string;
  readonly found: number;
}

const normal = (question: string): string =>
  wordsOf(
    question.replace(/^(?:according to the text|as the text tells it|going by the text alone|in the words of the text), /iu, ''),
  ).join(' ');

/** A cell whose row and column the question both names. */
function cellAnswer(question: string, tables: readonly Table[]): string | undefined {
  const asked = new Set(contentWords(question));
  for (const { header, rows } of tables) {
    const row = rows.find(([name = '']) => contentWords(name).length > 0 && contentWords(name).every((word) => asked.has(word)));
    if (!row) continue;
    const shares = header.map((name, i) => (i === 0 ? 0 : coverage(name, asked)));
    const best = shares.indexOf(Math.max(...shares));
    if (shares[best]! >= 0.5) return `${header[best]!} of ${row[0]!}: ${row[best]!}.`;
    return `${row[0]!}: ${header
      .slice(1)
      .map((name, i) => `${name} ${row[i + 1]!}`)
      .join(', ')}.`;
  }
  return undefined;
}

/** The best answer that a text holds: one it was asked for, a cell of a table, or the sentences that share most words. */
export function findAnswer(question: string, ground: string): FoundAnswer {
  const { source, pairs } = sourcePairs(ground);
  const wanted = normal(question);
  const known = pairs.find((pair) => normal(pair.question) === wanted);
  if (known) return { answer: known.answer, evidence: known.answer, found: 1 };
  const asked = [...new Set(contentWords(question))];
  const sets = source.statements.map(({ text }) => new Set(wordsOf(text).map(stem)));
  const weight = new Map(asked.map((word) => [word, Math.log(1 + sets.length / (1 + sets.filter((set) => set.has(word)).length))]));
  const total = sumOf(asked, (word) => weight.get(word)!);
  const scores = sets.map((set) => sumOf(asked, (word) => (set.has(word) ? weight.get(word)! : 0)));
  const best = scores.indexOf(Math.max(...scores));
  const share = total === 0 || best === -1 ? 0 : scores[best]! / total;
  const cell = cellAnswer(question, source.tables);
  if (cell !== undefined && share < 0.8) return { answer: cell, evidence: cell, found: 0.8 };
  if (best === -1) return { answer: 'The text does not say.', evidence: '', found: 0 };
  const statement = source.statements[best]!;
  const next = source.statements[best + 1];
  // What follows on from the sentence belongs to the answer.
  const followsOn = next?.paragraph === statement.paragraph && /^(?:It|They|He|She|This|That|These)\b/u.test(next.text);
  const answer = followsOn ? `${statement.text} ${next.text}` : statement.text;
  return { answer, evidence: statement.text, found: share };
}
