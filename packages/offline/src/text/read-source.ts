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

const isBlank = (line: string): boolean => line.trim() === '';
const beginsAnother = (line: string): boolean => HEADING.test(line) || ITEM.test(line) || isTableLine(line);

/** Reads a document line by line; each of its methods takes one part and stops behind it. */
class SourceReader {
  readonly statements: Statement[] = [];
  readonly tables: Table[] = [];
  readonly lists: List[] = [];
  readonly #lines: readonly string[];
  #at = 0;
  #heading = '';
  #paragraph = 0;
  /** The sentence before a list. */
  #lead = '';

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  read(): void {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]!;
      if (HEADING.test(line)) this.#readHeading(line);
      else if (FENCE.test(line)) this.#skipFence();
      else if (isTableLine(line)) this.#readTable();
      else if (ITEM.test(line)) this.#readList();
      else if (isBlank(line)) this.#at++;
      else this.#readParagraph();
    }
  }

  /** The lines from here on for which it holds. */
  #takeWhile(holds: (line: string) => boolean): readonly string[] {
    const from = this.#at;
    while (this.#at < this.#lines.length && holds(this.#lines[this.#at]!)) this.#at++;
    return this.#lines.slice(from, this.#at);
  }

  #addText(raw: string): void {
    const [heading, paragraph] = [this.#heading, this.#paragraph++];
    for (const [position, text] of splitSentences(plainText(raw)).entries()) this.statements.push({ text, heading, paragraph, position });
  }

  #readHeading(line: string): void {
    this.#heading = plainText(HEADING.exec(line)![1]!);
    this.#lead = '';
    this.#at++;
  }

  #skipFence(): void {
    this.#at++;
    this.#takeWhile((line) => !FENCE.test(line));
    this.#at++;
  }

  #readTable(): void {
    const [header, ...rows] = this.#takeWhile(isTableLine)
      .filter((row) => !isRule(row))
      .map(cells);
    if (!header || rows.length === 0) return;
    this.tables.push({ heading: this.#heading, header, rows: rows.filter((row) => row.length === header.length) });
  }

  #readList(): void {
    const items: string[] = [];
    for (const line of this.#takeWhile((one) => !isBlank(one) && (ITEM.test(one) || (!HEADING.test(one) && !isTableLine(one))))) {
      const item = ITEM.exec(line);
      if (item) items.push(item[1]!);
      else items[items.length - 1] += ` ${line.trim()}`;
    }
    const plain = items.map((item) => plainText(item).trim());
    if (plain.length > 1) this.lists.push({ heading: this.#heading, lead: this.#lead, items: plain });
    for (const item of plain) if (/[.!?]$/u.test(item) && /\s/u.test(item)) this.#addText(item);
    this.#lead = '';
  }

  #readParagraph(): void {
    const isFirst = this.#at === 0;
    const block = [...this.#takeWhile((line) => !isBlank(line) && !beginsAnother(line))];
    while (block.length > 0 && isBareHeading(block[0]!, block[1] ?? this.#lines[this.#at + 1], isFirst)) {
      this.#heading = plainText(block.shift()!.trim());
    }
    if (block.length > 0) this.#addText(block.join('\n'));
    this.#lead = this.statements.at(-1)?.text ?? '';
  }
}

/** Reads Markdown or plain text. Anything is a document: at worst it has no statements. */
export function readSource(text: string): Source {
  const reader = new SourceReader(text);
  reader.read();
  const { statements, tables, lists } = reader;
  return { text, statements, tables, lists };
}
