import { groupBy, type Random, sumOf } from '@sdg/core';
import type { Statement } from '../text/read-source.js';
import { contentWords, wordCount } from '../text/words.js';
import { sourcePairs } from './source-pairs.js';

/** How much each sentence says about what its document keeps coming back to. */
function weigh(statements: readonly Statement[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const { text } of statements) for (const word of new Set(contentWords(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return statements.map(({ text, position }) => {
    const words = contentWords(text);
    const mean = sumOf(words, (word) => counts.get(word)!) / Math.max(4, words.length);
    return mean + (position === 0 ? 1 : 0);
  });
}

/** The sentences that carry a text, in their order: about `share` of them, at least one. The text where it has none. */
export function summarise(text: string, share: number, random: Random): string {
  const statements = sourcePairs(text).source.statements.filter((statement) => wordCount(statement.text) >= 4);
  const weights = weigh(statements).map((weight) => weight + random.float() * 0.5);
  const count = Math.max(1, Math.round(statements.length * share));
  const kept = new Set([...weights.keys()].sort((a, b) => weights[b]! - weights[a]!).slice(0, count));
  const chosen = statements.filter((_, i) => kept.has(i));
  const paragraphs = groupBy(chosen, ({ heading }) => heading).values();
  return Array.from(paragraphs, (sentences) => sentences.map((sentence) => sentence.text).join(' ')).join('\n\n') || text;
}

/** The statements of a text one by one, as a list, what tables say included; `turn` begins with another of them. */
export function listFacts(text: string, turn = 0): string {
  const { source } = sourcePairs(text);
  const sentences = source.statements
    .filter(({ text: sentence }) => /[.!]["”’)]*$/u.test(sentence) && wordCount(sentence) >= 4)
    .map(({ text: sentence }) => sentence);
  const cells = source.tables.flatMap(({ header, rows }) =>
    rows.map(
      (row) =>
        `${header[0]!} ${row[0]!}: ${header
          .slice(1)
          .map((name, i) => `${name} ${row[i + 1]!}`)
          .join('; ')}.`,
    ),
  );
  const facts = [...sentences, ...cells];
  const from = turn % Math.max(1, facts.length);
  return [...facts.slice(from), ...facts.slice(0, from)].map((fact) => `- ${fact}`).join('\n') || `- ${text.trim()}`;
}

/** A document without the one-line outline that prompts put before it: a long first line that ends like a heading. */
export function withoutOutline(text: string): string {
  const [first = '', second = ''] = text.split('\n');
  return first.length > 70 && !/[.!?:;,"”’)|]$/u.test(first.trim()) && /^[\p{Lu}\d#|*-]/u.test(second)
    ? text.slice(first.length + 1)
    : text;
}
