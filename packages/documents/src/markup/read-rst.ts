import type { Block, Dropped, ReadResult } from '../document.js';
import { codeSpan, fencedCode, tableBlocks, titleIn } from '../make-block.js';
import { addAll, all } from '../most-of.js';
import { readCsv } from '../read-csv.js';
import { renderBlock } from '../render-block.js';
import { admonitions, codeDirectives, codeOf, labelOf, partsOf } from './rst-directives.js';
import { dedent, indentOf, isBlank, trimmed } from './rst-lines.js';
import { gridTable, simpleTable } from './rst-tables.js';
import { rstText, substitutionsIn } from './rst-text.js';

const adornment = /^([!-/:-@[-`{-~])\1+\s*$/;
const bullet = /^(\s*)([-*+•]|(?:\d+|#|[a-zA-Z])[.)]|\((?:\d+|#|[a-zA-Z])\))\s+(?=\S)/;
const directive = /^\.\. +(?:\|([^|]+)\| +)?([\w:.+-]+?)::(?:\s+(.*))?$/;

/** Directives that say nothing to a reader, by why they are left out. */
const leftOut: Readonly<Record<string, string>> = {
  ...all('navigation', 'toctree contents index sectnum'),
  ...all('front-matter', 'meta sectionauthor codeauthor'),
  ...all('hidden', 'highlight currentmodule raw default include literalinclude role default-role only tabularcolumns'),
};
/** Whether a title stands between two lines of the same sign. */
const isFramed = (line: string, below: string, under: string): boolean =>
  adornment.test(line) && !isBlank(below) && adornment.test(under) && under[0] === line[0] && line.trim().length > 1;

/** Whether a line is a title by what stands below it. */
const isTitle = (line: string, below: string): boolean =>
  /^\S/.test(line) && !adornment.test(line) && adornment.test(below) && below.trim().length >= Math.min(4, line.trim().length);

/** Directives that describe something by its signature. */
const described = /^(?:function|class|method|data|attribute|module|exception|option|envvar|describe)$/;

/** A block within a cell of a table, in one line. */
const cellText = (block: Block): string => {
  if (block.kind !== 'code') return renderBlock(block).replaceAll('\n', ' ');
  const lines = block.text.split('\n').slice(1, -1);
  return lines.map((line) => (isBlank(line) ? '' : codeSpan(line))).join('<br>');
};

class RstReader {
  readonly blocks: Block[] = [];
  readonly dropped: Dropped[] = [];
  readonly #levels: string[] = [];
  constructor(private readonly substitutions: ReadonlyMap<string, string>) {}

  #text = (lines: readonly string[]): string => rstText(lines.map((line) => line.trimEnd()).join('\n'), this.substitutions);

  /** Reads lines of which the first is line `first` of the file. */
  read(lines: readonly string[], first: number, depth = 0): void {
    let at = 0;
    while (at < lines.length) {
      if (isBlank(lines[at])) at++;
      else at = Math.max(at + 1, depth > 40 ? this.#paragraph(lines, at, first) : this.#block(lines, at, first, depth));
    }
  }

  #block(lines: readonly string[], at: number, first: number, depth: number): number {
    return (
      this.#heading(lines, at, first) ??
      this.#table(lines, at, first) ??
      this.#marked(lines, at, first, depth) ??
      this.#definition(lines, at, first, depth) ??
      this.#paragraph(lines, at, first)
    );
  }

  /** A block that its first line tells. */
  #marked(lines: readonly string[], at: number, first: number, depth: number): number | undefined {
    const line = lines[at]!;
    if (line.startsWith('.. ') || line.trim() === '..') return this.#explicit(lines, at, first, depth);
    if (bullet.test(line)) return this.#list(lines, at, first, depth);
    if (line.startsWith('__ ')) return this.#target(line, at, first);
    if (/^>>> /.test(line)) return this.#doctest(lines, at, first);
    if (/^\s/.test(line)) return this.#quote(lines, at, first, depth);
    return /^:[^:\n`]+:(?:\s|$)/.test(line) ? this.#fields(lines, at, first) : undefined;
  }

  #heading(lines: readonly string[], at: number, first: number): number | undefined {
    const [line = '', below = '', under = ''] = lines.slice(at, at + 3);
    const isOver = isFramed(line, below, under);
    if (!isOver && !isTitle(line, below)) {
      // A line of signs by itself parts paragraphs.
      return adornment.test(line) && line.trim().length >= 4 && isBlank(below) ? at + 1 : undefined;
    }
    const style = isOver ? `${line[0]}${line[0]}` : below[0]!;
    if (!this.#levels.includes(style)) this.#levels.push(style);
    this.blocks.push({
      kind: 'heading',
      level: this.#levels.indexOf(style) + 1,
      text: this.#text([isOver ? below.trim() : line.trim()]),
      line: first + at + (isOver ? 1 : 0),
    });
    return at + (isOver ? 3 : 2);
  }

  #table(lines: readonly string[], at: number, first: number): number | undefined {
    const found = gridTable(lines, at) ?? simpleTable(lines, at);
    if (!found) return undefined;
    this.#putTable(found.rows, { line: first + at });
    return found.end;
  }

  #putTable(rows: readonly (readonly string[])[], place: Parameters<typeof tableBlocks>[1]): void {
    addAll(
      this.blocks,
      tableBlocks(
        rows.map((row) => row.map((cell) => this.#text([cell]))),
        place,
      ),
    );
  }

  /** Lines from `at` on that are indented, blank ones among them; where they end. */
  #indented(lines: readonly string[], at: number): { content: string[]; end: number } {
    let end = at;
    while (end < lines.length && (isBlank(lines[end]) || indentOf(lines[end]!) > 0)) end++;
    return { content: lines.slice(at, end), end };
  }

  #explicit(lines: readonly string[], at: number, first: number, depth: number): number {
    const line = lines[at]!.trimEnd();
    // An empty comment ends what stands above it, and what is indented below is none of it.
    if (line.trim() === '..' && isBlank(lines[at + 1])) return at + 1;
    const { content, end } = this.#indented(lines, at + 1);
    const [, substituted, name, argument = ''] = directive.exec(line) ?? [];
    const place = first + at;
    if (substituted !== undefined) return end;
    if (name !== undefined) this.#directive(name.split(':').at(-1)!.toLowerCase(), name, argument, content, place, depth);
    else if (/^\.\. +\[[^\]]+\](?: |$)/.test(line)) {
      this.blocks.push({ kind: 'paragraph', text: this.#text([line.replace(/^\.\. +/, ''), ...dedent(content)]).trim(), line: place });
    } else {
      const isTarget = /^\.\. +_/.test(line) || /^__ /.test(line);
      const text = trimmed([line.replace(/^\.\. ?/, ''), ...dedent(content)]).join('\n');
      if (text !== '') this.dropped.push({ text, reason: isTarget ? 'link-definition' : 'comment', line: place });
    }
    return end;
  }

  /** Where a link leads that has no name. */
  #target(text: string, at: number, first: number): number {
    this.dropped.push({ text, reason: 'link-definition', line: first + at });
    return at + 1;
  }

  #directive(name: string, full: string, argument: string, content: readonly string[], line: number, depth: number): void {
    const lines = dedent(content);
    const { option, body } = partsOf(lines);
    const put = (block: Block): void => void this.blocks.push(block);
    const reason = leftOut[name];
    if (reason) this.dropped.push({ text: trimmed([`${full}:: ${argument}`, ...lines]).join('\n'), reason, line });
    else if (codeDirectives.test(name)) {
      const caption = option('caption');
      if (caption) put({ kind: 'paragraph', text: this.#text([caption]), line });
      put({ kind: 'code', text: codeOf(name, argument, body), line });
    } else if (name === 'math') put({ kind: 'formula', text: `$$\n${trimmed([argument, ...body]).join('\n')}\n$$`, line });
    else if (name === 'image' || name === 'figure') {
      const alt = option('alt');
      if (alt) put({ kind: 'paragraph', text: alt, line });
      this.read(body, line + 1, depth + 1);
    } else if (name === 'csv-table') this.#csvTable([option('header') ?? [], body].flat(), argument, line);
    else if (name === 'list-table') this.#listTable(body, argument, line, depth);
    else this.#container(name, full, argument, lines, line, depth);
  }

  #csvTable(rows: readonly string[], caption: string, line: number): void {
    for (const block of readCsv(rows.join('\n')).blocks) {
      this.blocks.push(block.kind === 'table' ? { ...block, line, ...(caption && { caption }) } : block);
    }
  }

  /** What holds blocks of its own. */
  #container(name: string, full: string, argument: string, lines: readonly string[], line: number, depth: number): void {
    const { body, bodyAt } = partsOf(lines);
    // What follows the first words of a note at once goes on with them.
    const gap = admonitions.test(name) && argument !== '' && bodyAt === 0 ? lines.findIndex(isBlank) : 0;
    const behind = gap === -1 ? lines.length : gap;
    this.#named(name, full, [argument, ...lines.slice(0, behind)].join('\n'), line);
    this.read(behind === 0 ? body : lines.slice(behind), line + Math.max(1, (behind || bodyAt) + 1), depth + 1);
  }

  /** What a directive says by its own line: a note its kind, a description what it is of. */
  #named(name: string, full: string, argument: string, line: number): void {
    const label = admonitions.test(name) ? labelOf(name) : '';
    const signature = full.includes(':') || described.test(name) ? argument && `\`${argument}\`` : argument;
    const said = [label, signature].filter(Boolean).join(' ');
    if (said) this.blocks.push({ kind: 'paragraph', text: label ? this.#text([said]) : said, line });
  }

  /** Rows as items of a list, cells as items of theirs. */
  #listTable(body: readonly string[], caption: string, line: number, depth: number): void {
    const rows: string[][][] = [];
    let mark = /^$/;
    let width = 0;
    for (const text of body) {
      const [whole, row = '', cell = ''] = /^([*-]\s+)[*-](?:\s(.*)|$)/.exec(text) ?? [];
      if (whole !== undefined) {
        mark = new RegExp(`^ {${row.length}}[*-](?: |$)`);
        width = row.length + 2;
        rows.push([[cell]]);
      } else if (mark.test(text)) rows.at(-1)?.push([text.replace(mark, '')]);
      else rows.at(-1)?.at(-1)!.push(text);
    }
    const cellOf = ([said = '', ...below]: readonly string[]): string => this.#inside(said, below, width, line, depth, cellText).join(' ');
    addAll(
      this.blocks,
      tableBlocks(
        rows.map((row) => row.map(cellOf)),
        { line, ...(caption && { caption }) },
      ),
    );
  }

  /** Items with their marks; what they hold is indented below them. */
  #list(lines: readonly string[], at: number, first: number, depth: number): number {
    if (indentOf(lines[at]!) > 0) return this.#quote(lines, at, first, depth);
    let end = at;
    let text = '';
    let number = 0;
    while (bullet.test(lines[end] ?? '') && indentOf(lines[end]!) === 0) {
      const [mark = '', , sign = ''] = bullet.exec(lines[end]!) ?? [];
      const { content, end: behind } = this.#indented(lines, end + 1);
      number = Number(/^\d+/.exec(sign)?.[0] ?? number + 1);
      const shown = `${sign.replace(/^[*+•]$/, '-').replace('#', String(number))} `;
      const body = this.#inside(lines[end]!.slice(mark.length), content, mark.length, first + end, depth).join('\n\n');
      const gap = end === at ? '' : isBlank(lines[end - 1]) ? '\n\n' : '\n';
      text += gap + shown + body.replace(/\n(?!\n)/g, `\n${' '.repeat(shown.length)}`);
      end = behind;
    }
    this.blocks.push({ kind: 'list', text, line: first + at });
    return end;
  }

  /** What an item or a cell says, block by block: what stands behind its mark, of some width, and below. */
  #inside(said: string, below: readonly string[], width: number, first: number, depth: number, render = renderBlock): string[] {
    const inner = new RstReader(this.substitutions);
    // What belongs to the first line stands deeper than it.
    const isOpen = /^\.\. |::\s*$/.test(said);
    const rest = isOpen ? below.map((line) => line.slice(Math.min(width, indentOf(line)))) : dedent(below);
    inner.read([said, ...rest], first, depth + 1);
    addAll(this.dropped, inner.dropped);
    return inner.blocks.map(render);
  }

  #doctest(lines: readonly string[], at: number, first: number): number {
    let end = at;
    while (end < lines.length && !isBlank(lines[end])) end++;
    this.blocks.push({ kind: 'code', text: fencedCode(lines.slice(at, end).join('\n'), 'pycon'), line: first + at });
    return end;
  }

  #quote(lines: readonly string[], at: number, first: number, depth: number): number {
    const { content, end } = this.#indented(lines, at);
    if (depth > 40) this.blocks.push({ kind: 'paragraph', text: this.#text(trimmed(dedent(content))), line: first + at });
    else this.read(dedent(content), first + at, depth + 1);
    return end;
  }

  #fields(lines: readonly string[], at: number, first: number): number {
    const items: string[] = [];
    let end = at;
    for (; end < lines.length && !isBlank(lines[end]); end++) {
      const [, name, value] = /^:([^:\n]+):\s*(.*)$/.exec(lines[end]!) ?? [];
      if (name !== undefined) items.push(`- ${name}: ${value ?? ''}`.trimEnd());
      else items.push(`${items.pop() ?? ''} ${lines[end]!.trim()}`);
    }
    this.blocks.push({ kind: 'list', text: this.#text(items), line: first + at });
    return end;
  }

  /** A term, and below it, indented, what it means. */
  #definition(lines: readonly string[], at: number, first: number, depth: number): number | undefined {
    if (!/^\S/.test(lines[at]!) || isBlank(lines[at + 1]) || indentOf(lines[at + 1]!) === 0) return undefined;
    const { content, end } = this.#indented(lines, at + 1);
    this.blocks.push({ kind: 'paragraph', text: this.#text([lines[at]!]), line: first + at });
    this.read(dedent(content), first + at + 1, depth + 1);
    return end;
  }

  #paragraph(lines: readonly string[], at: number, first: number): number {
    let end = at + 1;
    while (end < lines.length && !isBlank(lines[end]) && !lines[end]!.startsWith('.. ')) end++;
    const text = lines.slice(at, end).map((line) => line.replace(/^\|(?: |$)/, ''));
    const isIntro = text.at(-1)!.trimEnd().endsWith('::');
    if (isIntro) {
      text.push(
        text
          .pop()!
          .trimEnd()
          .replace(/\s*::$/, (mark) => (mark === '::' ? ':' : '')),
      );
    }
    const said = this.#text(text).trim();
    if (said !== '' && said !== ':') this.blocks.push({ kind: 'paragraph', text: said, line: first + at });
    if (!isIntro) return end;
    const literal = this.#indented(lines, end);
    const code = trimmed(dedent(literal.content)).join('\n');
    if (code !== '') this.blocks.push({ kind: 'code', text: fencedCode(code), line: first + end });
    return literal.end;
  }
}

/**
 * reStructuredText as blocks: sections, lists, tables of every form, code, formulas, notes. Comments and what leads elsewhere are left out.
 */
export function readRst(text: string): ReadResult {
  const reader = new RstReader(substitutionsIn(text));
  reader.read(text.replaceAll('\t', '        ').split('\n'), 1);
  const { blocks, dropped } = reader;
  return { ...titleIn(blocks), blocks, dropped, notes: /^\.\. include::/m.test(text) ? ['what it includes is not read'] : [] };
}
