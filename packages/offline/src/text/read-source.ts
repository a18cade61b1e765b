import { splitSentences } from './sentences.js';

/** A sentence of a document. */
export interface Statement {
  readonly text: string;
  /** The heading that it stands under; empty where there is none. */
  readonly heading: string;
  /** Number of its paragraph, and of the sentence in there. */
  readonly paragraph: number;
  readonly position: number;
}

export interface Table {
  readonly heading: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface List {
  readonly heading: string;
  /** The sentence before it, which introduces it. */
  readonly lead: string;
  readonly items: readonly string[];
}

/** A document taken apart: what can be asked about and answered with. */
export interface Source {
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly tables: readonly Table[];
  readonly lists: readonly List[];
}

const HEADING = /^#{1,6}\s+(.+?)\s*#*$/u;
const ITEM = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(.+)$/u;
const FENCE = /^\s*(?:```|~~~)/u;

/** Text without Markdown emphasis, links and code marks. */
export function plainText(text: string): string {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)/gu, '')
    .replace(/\[([^\]]+)\]\([^)\s]+\)/gu, '$1')
    .replace(/(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1/gu, '$2')
    .replace(/(?<![\p{L}\p{N}*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\p{L}\p{N}*])/gu, '$2');
}

const cells = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\||\|$/gu, '')
    .split('|')
    .map((cell) => plainText(cell.trim()));
const isTableLine = (line: string): boolean => /\|.*\|/u.test(line);
const isRule = (line: string): boolean => /^[\s|:-]*-{2,}[\s|:-]*$/u.test(line);

/**
 * Whether a line of text is a heading without marks: short, no punctuation at its end, and what follows begins anew. The
 * first line of all may be longer: it is the outline that prompts put before a document.
 */
function isBareHeading(line: string, next: string | undefined, isFirst: boolean): boolean {
  const text = line.trim();
  return (
    /^[\p{Lu}\d]/u.test(text) &&
    !/[.!?:;,"”’)…-]$/u.test(text) &&
    text.length < (isFirst ? 300 : 70) &&
    next !== undefined &&
    /^\s*(?:[\p{Lu}\d#|*-]|$)/u.test(next)
  );
}

/** Reads Markdown or plain text. Anything is a document: at worst it has no statements. */
export function readSource(text: string): Source {
  const statements: Statement[] = [];
  const tables: Table[] = [];
  const lists: List[] = [];
  let heading = '';
  let paragraph = 0;
  let lead = '';
  const addText = (raw: string): void => {
    splitSentences(plainText(raw)).forEach((sentence, position) => statements.push({ text: sentence, heading, paragraph, position }));
    paragraph++;
  };

  const lines = text.split('\n');
  for (let i = 0; i < lines.length;) {
    const line = lines[i]!;
    const title = HEADING.exec(line);
    if (title) {
      heading = plainText(title[1]!);
      lead = '';
      i++;
    } else if (FENCE.test(line)) {
      for (i++; i < lines.length && !FENCE.test(lines[i]!);) i++;
      i++;
    } else if (isTableLine(line)) {
      const from = i;
      while (i < lines.length && isTableLine(lines[i]!)) i++;
      const [header, ...rows] = lines
        .slice(from, i)
        .filter((row) => !isRule(row))
        .map(cells);
      if (header && rows.length > 0) tables.push({ heading, header, rows: rows.filter((row) => row.length === header.length) });
    } else if (ITEM.test(line)) {
      const items: string[] = [];
      for (; i < lines.length && lines[i]!.trim() !== ''; i++) {
        const item = ITEM.exec(lines[i]!);
        if (item) items.push(item[1]!);
        else if (HEADING.test(lines[i]!) || isTableLine(lines[i]!)) break;
        else items[items.length - 1] += ` ${lines[i]!.trim()}`;
      }
      const plain = items.map((item) => plainText(item).trim());
      if (plain.length > 1) lists.push({ heading, lead, items: plain });
      for (const item of plain) if (/[.!?]$/u.test(item) && /\s/u.test(item)) addText(item);
      lead = '';
    } else if (line.trim() === '') {
      i++;
    } else {
      const from = i;
      while (i < lines.length && lines[i]!.trim() !== '' && !HEADING.test(lines[i]!) && !ITEM.test(lines[i]!) && !isTableLine(lines[i]!)) {
        i++;
      }
      const block = lines.slice(from, i);
      while (block.length > 0 && isBareHeading(block[0]!, block[1] ?? lines[i + 1], from === 0)) heading = plainText(block.shift()!.trim());
      if (block.length > 0) addText(block.join('\n'));
      lead = statements.at(-1)?.text ?? '';
    }
  }
  return { text, statements, tables, lists };
}
