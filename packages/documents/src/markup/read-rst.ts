import type { Block, Dropped, ReadResult } from '../document.js';
import { fencedCode, tableBlocks, titleIn } from '../make-block.js';
import { addAll, all } from '../most-of.js';
import { readCsv } from '../read-csv.js';
import { gridTable, simpleTable } from './rst-tables.js';

const adornment = /^([!-/:-@[-`{-~])\1+\s*$/;
const bullet = /^(\s*)([-*+•]|(?:\d+|#|[a-zA-Z])[.)]|\((?:\d+|#|[a-zA-Z])\))\s+(?=\S)/;
const directive = /^\.\. +(?:\|([^|]+)\| +)?([\w:.+-]+?)::(?:\s+(.*))?$/;

/** Directives that say nothing to a reader, by why they are left out. */
const leftOut: Readonly<Record<string, string>> = {
  ...all('navigation', 'toctree contents index sectnum'),
  ...all('front-matter', 'meta sectionauthor codeauthor'),
  ...all('hidden', 'highlight currentmodule raw default include literalinclude role default-role only tabularcolumns'),
};
const admonitions =
  /^(?:note|warning|tip|important|caution|danger|hint|attention|error|seealso|versionadded|versionchanged|deprecated|todo)$/;
const labelOf = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}:`;
const codeDirectives = /^(?:code|code-block|sourcecode|parsed-literal|prompt|ipython|doctest|testcode|console|literal)$/;

const indentOf = (line: string): number => line.length - line.trimStart().length;
const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

/** Lines without the indentation that all of them share. */
function dedent(lines: readonly string[]): string[] {
  const least = lines.reduce((most, line) => (isBlank(line) ? most : Math.min(most, indentOf(line))), Infinity);
  return lines.map((line) => line.slice(least === Infinity ? 0 : least));
}

const trimmed = (lines: readonly string[]): string[] => {
  const first = lines.findIndex((line) => !isBlank(line));
  const last = lines.findLastIndex((line) => !isBlank(line));
  return first === -1 ? [] : lines.slice(first, last + 1);
};

/** Text within lines in Markdown: code, links by their text, roles by what they name. */
function rstText(text: string, substitutions: ReadonlyMap<string, string>): string {
  if (!/[`|_\\]/.test(text)) return text;
  return text
    .split(/(^ *```[\s\S]*?^ *```$|``[^`](?:[^`]|`(?!`))*``)/m)
    .map((part, i) => {
      if (i % 2 === 1 && /^ *```/.test(part)) return part;
      if (i % 2 === 1) return `\`${part.slice(2, -2)}\``;
      return part
        .replace(/:(?:[\w+.-]+:)*math:`([^`]+)`/g, '$$$1$$')
        .replace(/:((?:[\w+.-]+:)*[\w+.-]+):`([^`]+)`/g, (_, role: string, said: string) => {
          const text = said.replace(/(?<!_)\s*<[^<>]*>$/, '').replace(/^[~!]/, '');
          return /^sub(?:script)?$/.test(role) ? `<sub>${text}</sub>` : /^sup(?:erscript)?$/.test(role) ? `<sup>${text}</sup>` : text;
        })
        .replace(/`([^`<]+?)\s*<[^<>`]*>`__?/g, '$1')
        .replace(/`([^`]+)`__?/g, '$1')
        .replace(/`([^`]+)`/g, '$1')
        .replace(/\|([^|\s][^|]*?)\|_{0,2}/g, (whole, name: string) => substitutions.get(name) ?? whole)
        .replace(/(?<![\w.-])((?:[^\W_]+[-._+:])*[^\W_]+)__?(?=[\s.,;:!?)'"\]]|$)/g, '$1')
        .replace(/\[([#*]?[\w.-]*)\]_/g, '[$1]')
        .replace(/\\([^\s\w])/g, '$1')
        .replace(/\\ /g, '');
    })
    .join('');
}

/** A block of code by the arguments and the lines of its directive; what is no language is its first line. */
const codeOf = (name: string, argument: string, body: readonly string[]): string =>
  /^(?:parsed-)?literal$/.test(name)
    ? fencedCode([...(argument === '' ? [] : [argument]), ...body].join('\n'))
    : fencedCode(body.join('\n'), argument.trim());

/** Whether a title stands between two lines of the same sign. */
const isFramed = (line: string, below: string, under: string): boolean =>
  adornment.test(line) && !isBlank(below) && adornment.test(under) && under[0] === line[0] && line.trim().length > 1;

/** Whether a line is a title by what stands below it. */
const isTitle = (line: string, below: string): boolean =>
  /^\S/.test(line) && !adornment.test(line) && adornment.test(below) && below.trim().length >= Math.min(4, line.trim().length);

/** Directives that describe something by its signature. */
const described = /^(?:function|class|method|data|attribute|module|exception|option|envvar|describe)$/;

/** The options of a directive, and what is below them. */
function partsOf(content: readonly string[]): { option: (key: string) => string | undefined; body: readonly string[]; bodyAt: number } {
  const bodyAt = content.findIndex((text) => !isBlank(text) && !/^:[\w-]+:/.test(text));
  const options = content.slice(0, bodyAt === -1 ? content.length : bodyAt);
  return {
    option: (key) => options.map((text) => new RegExp(`^:${key}:\\s*(.*)$`).exec(text)?.[1]).find((value) => value !== undefined),
    body: bodyAt === -1 ? [] : trimmed(content.slice(bodyAt)),
    bodyAt,
  };
}

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
    if (bullet.test(line)) return this.#list(lines, at, first);
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
    else if (codeDirectives.test(name)) put({ kind: 'code', text: codeOf(name, argument, body), line });
    else if (name === 'math') put({ kind: 'formula', text: `$$\n${trimmed([argument, ...body]).join('\n')}\n$$`, line });
    else if (name === 'image' || name === 'figure') {
      const alt = option('alt');
      if (alt) put({ kind: 'paragraph', text: alt, line });
      this.read(body, line + 1, depth + 1);
    } else if (name === 'csv-table') this.#csvTable([option('header') ?? [], body].flat(), argument, line);
    else if (name === 'list-table') this.#listTable(body, argument, line);
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
  #listTable(body: readonly string[], caption: string, line: number): void {
    const rows: string[][] = [];
    for (const text of body) {
      const row = /^[*-]\s+[*-]\s?(.*)$/.exec(text);
      const cell = row ? undefined : /^\s+[*-]\s?(.*)$/.exec(text);
      if (row) rows.push([row[1]!]);
      else if (cell) rows.at(-1)?.push(cell[1]!);
      else if (!isBlank(text) && rows.length > 0) rows.at(-1)!.push(`${rows.at(-1)!.pop() ?? ''} ${text.trim()}`.trim());
    }
    this.#putTable(rows, { line, ...(caption && { caption }) });
  }

  #list(lines: readonly string[], at: number, first: number): number {
    let end = at;
    while (end < lines.length) {
      if (isBlank(lines[end])) {
        const next = lines.findIndex((text, i) => i > end && !isBlank(text));
        if (next === -1 || (indentOf(lines[next]!) === 0 && !bullet.test(lines[next]!))) break;
        end = next;
      } else if (indentOf(lines[end]!) > indentOf(lines[at]!) || bullet.test(lines[end]!)) end++;
      else break;
    }
    if (indentOf(lines[at]!) > 0) return this.#quote(lines, at, first, 41);
    const text = numbered(
      withDirectives(this.#withoutTargets(lines.slice(at, end), first + at)).map((line) => line.replace(/^(\s*)[*+•](?=\s)/, '$1-')),
    );
    this.blocks.push({
      kind: 'list',
      text: this.#text(trimmed(text).filter((line, i, all) => !isBlank(line) || !isBlank(all[i - 1]))),
      line: first + at,
    });
    return end;
  }

  /** Lines without those that say where links of the text lead. */
  #withoutTargets(lines: readonly string[], first: number): string[] {
    return lines.map((line, i) => {
      if (!/^ +(?:__ |\.\. _[^`\n]*[^:]: )\S/.test(line)) return line;
      this.dropped.push({ text: line.trim(), reason: 'link-definition', line: first + i });
      return '';
    });
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

/** Lines of items with the code and the notes in them as Markdown has them. */
function withDirectives(lines: readonly string[]): string[] {
  const said: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', name = '', argument = ''] = /^( +)\.\. ([\w-]+):: *(.*)$/.exec(lines[at]!) ?? [];
    if (admonitions.test(name)) said.push(`${indent}${labelOf(name)} ${argument}`);
    else if (!codeDirectives.test(name)) said.push(lines[at]!);
    else {
      let end = at + 1;
      while (end < lines.length && (isBlank(lines[end]) || indentOf(lines[end]!) > indent.length)) end++;
      const { body } = partsOf(dedent(lines.slice(at + 1, end)));
      const code = codeOf(name, argument, body).split('\n');
      said.push(...code.map((line) => `${indent}${line}`.trimEnd()), '');
      at = end - 1;
    }
  }
  return said;
}

/** Items that the text has numbered for it (`#.`) with their numbers, each list within another from one. */
function numbered(lines: readonly string[]): string[] {
  const last = new Map<number, number>();
  return lines.map((line) => {
    if (isBlank(line)) return line;
    const indent = indentOf(line);
    for (const deeper of [...last.keys()].filter((one) => one > indent)) last.delete(deeper);
    const given = /^\s*(\d{1,9})[.)]\s/.exec(line)?.[1];
    if (given !== undefined) last.set(indent, Number(given));
    return line.replace(/^(\s*)#[.)](?=\s)/, (_, white: string) => {
      last.set(indent, (last.get(indent) ?? 0) + 1);
      return `${white}${last.get(indent)}.`;
    });
  });
}

/** What names between bars stand for: a text, signs by their numbers, a picture what it shows. */
function substitutionsIn(text: string): Map<string, string> {
  const found = text.matchAll(/^[ \t]*\.\. +\|([^|\n]+)\| +(replace|unicode|image):: *(.*(?:\n[ \t]+\S.*)*)$/gm);
  return new Map(
    Array.from(found, ([, name = '', kind, said = '']) => {
      if (kind === 'image') return [name, /^\s+:alt: *(.*)$/m.exec(said)?.[1] ?? ''];
      if (kind === 'replace') return [name, said.replace(/\s+/g, ' ').trim()];
      const signs = said.replace(/\s+\.\. [\s\S]*|\n[\s\S]*/, '').split(/\s+/);
      return [name, signs.map(signOf).join('')];
    }),
  );
}

/** What a word of `unicode` stands for: the sign of a number, or itself. */
function signOf(word: string): string {
  const digits = /^(?:0x|x|\\x|U\+|\\?u|&#x)([0-9a-f]{1,6});?$/i.exec(word)?.[1];
  const code = digits === undefined && /^\d{1,7}$/.test(word) ? Number(word) : parseInt(digits ?? '', 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : word;
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
