import { escapeRegex } from '@sdg/values';
import type { Block, Dropped, ReadResult } from '../document.js';
import { fencedCode } from '../make-block.js';
import { addAll, all } from '../most-of.js';
import { withoutMacros } from './latex-macros.js';
import { algorithms, algorithmTex } from './latex-algorithm.js';
import { readTable, tables } from './latex-table.js';
import { closingBrace, codes, latexText, signs } from './latex-text.js';

const levels: Readonly<Record<string, number>> = {
  ...{ part: 1, chapter: 1, section: 2, subsection: 3, subsubsection: 4, paragraph: 5, subparagraph: 6, frametitle: 3 },
};

const formulas = /^(?:equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math|dmath|IEEEeqnarray|subequations)\*?$/;
const lists = /^(?:itemize|enumerate|description|compactitem|compactenum|inparaenum|tasks|tablenotes)\*?$/;
/** Environments whose first arguments are no text: how many. */
const layouts: Readonly<Record<string, number>> = {
  ...all(1, 'minipage subfigure subtable multicols column adjustbox spacing otherlanguage turn rotate'),
  ...all(2, 'wrapfigure wraptable adjustwidth list'),
};
/** Environments whose first argument is a title. */
const titled: Readonly<Record<string, number>> = { frame: levels['frametitle']!, ...all(4, 'block alertblock exampleblock') };
const leftOut: Readonly<Record<string, string>> = {
  comment: 'comment',
  ...all('image', 'tikzpicture pgfpicture picture'),
  ...all('hidden', 'filecontents CCSXML'),
};

/** How deep environments may be nested. */
const MAX_DEPTH = 60;

/** What opens something: an environment, a heading, a caption, a formula of its own, a blank line. */
const opening =
  /\\begin\s*\{([^{}\n]{1,40})\}|\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph|frametitle)\*?\s*(?=[[{])|\\(caption)\*?\s*(?=[[{])|(\\\[|\$\$)|\n[ \t]*(?:\n[ \t]*)+/g;

class LatexReader {
  readonly blocks: Block[] = [];
  readonly dropped: Dropped[] = [];
  constructor(private readonly lineOf: (at: number) => number) {}

  /** Reads a part of the text that begins at `offset` of the file. */
  walk(text: string, offset: number, depth: number): void {
    let from = 0;
    /** What opens a formula that nothing behind it closes. */
    let unclosed: string | undefined;
    const pattern = new RegExp(opening);
    const put = (to: number): void => this.#paragraph(text.slice(from, to), offset + from);
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      put(found.index);
      const [whole, environment, heading, caption, formula] = found;
      const behind = found.index + whole.length;
      from = behind;
      if (environment !== undefined) from = depth < MAX_DEPTH ? this.#environment(text, environment, behind, offset, depth) : behind;
      else if (heading !== undefined || caption !== undefined) from = this.#titled(text, heading, behind, offset);
      else if (formula !== undefined && formula !== unclosed) {
        const close = text.indexOf(formula === '$$' ? '$$' : '\\]', behind);
        if (close === -1) unclosed = formula;
        else {
          from = close + 2;
          this.#put({ kind: 'formula', text: formulaText(text.slice(behind, close)), line: this.lineOf(offset + found.index) });
        }
      }
      pattern.lastIndex = from;
    }
    put(text.length);
  }

  #put(block: Block): void {
    if (!('text' in block) || block.text.trim() !== '') this.blocks.push(block);
  }

  #paragraph(tex: string, at: number): void {
    if (tex.trim() === '') return;
    const before = tex.length - tex.trimStart().length;
    this.#put({ kind: 'paragraph', text: latexText(tex), line: this.lineOf(at + before) });
  }

  #titled(text: string, heading: string | undefined, at: number, offset: number): number {
    const optional = text[at] === '[' ? closingBrace(text, at, ['[', ']']) + 1 : at;
    const open = text.indexOf('{', optional);
    if (open === -1) return optional;
    const close = closingBrace(text, open);
    const said = latexText(text.slice(open + 1, close)).replaceAll('\n', ' ');
    const line = this.lineOf(offset + open);
    this.#put(
      heading === undefined ? { kind: 'paragraph', text: said, line } : { kind: 'heading', level: levels[heading] ?? 2, text: said, line },
    );
    return close + 1;
  }

  /** Takes an environment; gives the place behind it. */
  #environment(text: string, name: string, at: number, offset: number, depth: number): number {
    const end = endOf(text, name, at);
    const content = text.slice(at, end.start);
    const line = this.lineOf(offset + at);
    const reason = leftOut[name.replace(/\*$/, '')];
    if (reason) this.dropped.push({ text: content.trim(), reason, line });
    else if (codes.test(name)) {
      this.#optionTitle(/^\s*\[((?:[^\]\n{]|\{[^}]*\})*)\]/.exec(content)?.[1] ?? '', line);
      this.#put({ kind: 'code', text: codeOf(content, name), line });
    } else if (formulas.test(name)) {
      const isOne = /^(?:equation|displaymath|math|dmath)/.test(name);
      this.#put({ kind: 'formula', text: formulaText(isOne ? content : `\\begin{aligned}${content}\\end{aligned}`), line });
    } else if (lists.test(name)) this.#put({ kind: 'list', text: listText(content, name, ''), line });
    else if (tables.test(name)) addAll(this.blocks, readTable(content, name, argumentsEnd(content), line, this.dropped));
    else if (name === 'thebibliography') this.#bibliography(content, line);
    else if (algorithms.test(name) && !content.includes('\\begin{algorithmic}')) {
      const steps = new LatexReader(() => line);
      steps.walk(algorithmTex(content.slice(argumentsEnd(content))), 0, depth + 1);
      addAll(this.blocks, steps.blocks);
    } else this.#within(content, name, offset + at, depth);
    return end.end;
  }

  /** What an environment says before its text, and the text. */
  #within(content: string, name: string, offset: number, depth: number): void {
    const plain = name.replace(/\*$/, '');
    const line = this.lineOf(offset);
    if (name === 'abstract') this.#put({ kind: 'heading', level: 2, text: 'Abstract', line });
    const [, title] = /^\s*\[([^\]]{1,200})\]/.exec(content) ?? [];
    if (/^(?:theorem|lemma|proof|definition|corollary|proposition|remark|example|claim)(?!block)/i.test(name)) {
      this.#put({ kind: 'paragraph', text: `${name[0]!.toUpperCase()}${plain.slice(1)}${title ? ` (${latexText(title)})` : ''}.`, line });
    } else if (title) this.#optionTitle(title, line);
    let start = argumentsEnd(content);
    for (let i = layouts[plain] ?? 0; i > 0 && /^\s*\{/.test(content.slice(start)); i--) {
      start = argumentsEnd(content, closingBrace(content, content.indexOf('{', start)) + 1);
    }
    const level = titled[plain];
    if (level !== undefined) start = this.#framed(content, start, level, line);
    const before = this.blocks.length;
    this.walk(content.slice(start), offset + start, depth + 1);
    if (!/^(?:quote|quotation|verse)$/.test(name)) return;
    for (const [i, block] of this.blocks.slice(before).entries()) {
      if (block.kind === 'paragraph') this.blocks[before + i] = { ...block, kind: 'quote' } as Block;
    }
  }

  /** The title of a slide or a box of it, in braces, and what stands below it. */
  #framed(content: string, at: number, level: number, line: number): number {
    let end = at;
    for (let i = 0; i < 2 && /^\s*\{/.test(content.slice(end)); i++) {
      const open = content.indexOf('{', end);
      end = closingBrace(content, open) + 1;
      const text = latexText(content.slice(open + 1, end - 1)).replaceAll('\n', ' ');
      this.#put(i === 0 ? { kind: 'heading', level, text, line } : { kind: 'paragraph', text, line });
    }
    return end;
  }

  /** What an option of an environment prints above it: of a box, of code. */
  #optionTitle(options: string, line: number): void {
    const [, braces, plain = ''] =
      /(?:^|,)\s*(?:title|caption|frametitle)\s*=\s*(?:\{((?:[^{}\\]|\\.|\{[^{}]*\})*)\}|([^,]*))/.exec(options) ?? [];
    this.#put({ kind: 'paragraph', text: latexText(braces ?? plain), line });
  }

  #bibliography(content: string, line: number): void {
    const items = content
      .split(/\\bibitem(?:\[[^\]]*\])?/)
      .slice(1)
      .map((item) => item.replace(/^\s*\{([^}]*)\}/, '[$1] ').replace(/\\newblock/g, ''));
    this.#put({ kind: 'heading', level: 2, text: 'References', line });
    this.#put({ kind: 'list', text: items.map((item) => `- ${latexText(item).replaceAll('\n', ' ')}`).join('\n'), line });
  }
}

/** Behind arguments in brackets that follow the name of an environment at once. */
function argumentsEnd(content: string, from = 0): number {
  let at = from;
  for (let open = optional.exec(content.slice(at, at + 60)); open; open = optional.exec(content.slice(at, at + 60))) {
    at = open[1] === '[' ? closingBrace(content, at + open[0].length - 1, ['[', ']']) + 1 : at + open[0].length;
  }
  return at;
}
/** An argument in brackets, or the slides on which something is seen. */
const optional = /^[ \t]*(?:(\[)|<[-+\d,.|@a-z:]{1,30}>)/;

/** Where the environment ends whose content begins at `at`: those of its name within it are passed over. */
function endOf(text: string, name: string, at: number): { start: number; end: number } {
  const marks = new RegExp(`\\\\(begin|end)\\s*\\{${escapeRegex(name)}\\}`, 'g');
  marks.lastIndex = at;
  let depth = 1;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    depth += found[1] === 'begin' && !codes.test(name) ? 1 : found[1] === 'end' ? -1 : 0;
    if (depth === 0) return { start: found.index, end: found.index + found[0].length };
  }
  return { start: text.length, end: text.length };
}

const formulaText = (tex: string): string =>
  `$$\n${tex
    .replace(/\\label\{[^}]*\}/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')}\n$$`;

/** Code as pandoc sets it: each word within a command for its colour. */
const withoutColours = (content: string): string =>
  content
    .replace(/\\[A-Za-z]+Tok\{((?:[^{}\\]|\\.|\{[^{}]*\})*)\}/g, '$1')
    .replace(/\\([A-Za-z]+)\{\}/g, (whole, name: string) => signs[name] ?? whole)
    .replaceAll('\\^{}', '^')
    .replace(/\{([-[\]])\}/g, '$1')
    .replace(/\\([{}_#$%&])/g, '$1');

function codeOf(content: string, name: string): string {
  const options = /^(?:\s*\[((?:[^\]\n{]|\{[^}]*\})*)\])?(?:\{([\w+#-]+)\})?/.exec(content) ?? [''];
  const language =
    name === 'minted' ? (options[2] ?? '') : (/language=(?:\[[^\]]*\])?\{?([\w+#-]+)/.exec(options[1] ?? '')?.[1]?.toLowerCase() ?? '');
  const code = name === 'Highlighting' ? withoutColours(content) : content;
  return fencedCode(
    code
      .slice(name === 'minted' || options[1] !== undefined ? options[0].length : 0)
      .replace(/^\s*\n/, '')
      .trimEnd(),
    language,
  );
}

/** Items of a list, nested ones indented. */
function listText(content: string, name: string, indent: string): string {
  const lines: string[] = [];
  let number = 0;
  const nested = /\\begin\s*\{(itemize|enumerate|description|compactitem|compactenum)\*?\}/g;
  const items: { text: string; nested: string }[] = [];
  let at = 0;
  let open: { text: string; nested: string } | undefined;
  const take = (tex: string): void => {
    for (const [i, part] of tex.split(/\\item(?![a-zA-Z])(?:<[-+\d,.|@a-z:]{1,30}>)?/).entries()) {
      if (i > 0) items.push((open = { text: part, nested: '' }));
      else if (open) open.text += part;
    }
  };
  for (let found = nested.exec(content); found && indent.length < 40; found = nested.exec(content)) {
    take(content.slice(at, found.index));
    const inner = endOf(content, found[1]!, found.index + found[0].length);
    if (open) open.nested += `\n${listText(content.slice(found.index + found[0].length, inner.start), found[1]!, `${indent}  `)}`;
    at = nested.lastIndex = inner.end;
  }
  take(content.slice(at));
  for (const item of items) {
    const [, term] = /^\s*\[([^\]]{0,200})\]/.exec(item.text) ?? [];
    const said = latexText(term === undefined ? item.text : item.text.replace(/^\s*\[[^\]]*\]/, '')).replaceAll('\n', ' ');
    const mark = /enum/.test(name) ? `${++number}.` : '-';
    lines.push(`${indent}${mark} ${term === undefined ? '' : `${latexText(term)}: `}${said}${item.nested}`);
  }
  return lines.join('\n');
}

/** Where the comment of a line begins, else where the line ends: a percent sign in an address or in code begins none. */
function commentAt(line: string): number {
  const passed =
    /\\(?:url|href|path|nolinkurl|code)\s*\{[^{}]*\}|\\(?:verb\*?|lstinline|mintinline\{\w+\})(?:\[[^\]]*\])?(?:\{[^{}]*\}|([^\s\w{]).*?\1)|\\.|%/g;
  for (const { 0: found, index } of line.matchAll(passed)) if (found === '%') return index;
  return line.length;
}

/** The source without what stands between \iffalse and \else or \fi, which is listed; its lines stay where they are. */
function withoutFalse(source: string, dropped: Dropped[], lineOf: (at: number) => number): string {
  let said = '';
  let from = 0;
  const start = /\\begin\s*\{(verbatim|Verbatim|lstlisting|minted)\}[\s\S]*?\\end\s*\{\1\}|\\if(?:false(?![a-zA-Z])|0(?!\d))/g;
  for (let open = start.exec(source); open; open = start.exec(source)) {
    if (open[1] !== undefined) continue;
    const branch = /\\(?:(if(?!f?(?![a-zA-Z])|thenelse|def(?:ined)?\b|toggle|str)[a-zA-Z]*)|(else|fi)(?![a-zA-Z]))/g;
    branch.lastIndex = start.lastIndex;
    let depth = 1;
    let end: RegExpExecArray | null = null;
    while (depth > 0 && (end = branch.exec(source))) {
      if (end[1] !== undefined) depth++;
      else if (end[2] === 'fi' || depth === 1) depth--;
    }
    if (!end) break;
    const hidden = source.slice(start.lastIndex, end.index);
    if (/\p{L}{2}/u.test(hidden)) dropped.push({ text: hidden.trim(), reason: 'hidden', line: lineOf(open.index) });
    said += source.slice(from, open.index) + '{}\n'.repeat(hidden.split('\n').length - 1);
    from = start.lastIndex = end.index + end[0].length;
  }
  return said + source.slice(from);
}

/** The source without its comments, which are listed; what looks like one in code is none. */
function withoutComments(source: string, dropped: Dropped[]): string {
  const lines: string[] = [];
  let isInCode = false;
  for (const [i, line] of source.split('\n').entries()) {
    const [, mark, environment = ''] = /\\(begin|end)\s*\{([^{}]+)\}/.exec(line) ?? [];
    if (codes.test(environment)) isInCode = mark === 'begin';
    const at = isInCode ? line.length : commentAt(line);
    const comment = line.slice(at + 1).trim();
    if (/\p{L}{2}/u.test(comment)) dropped.push({ text: comment, reason: 'comment', line: i + 1 });
    lines.push(line.slice(0, at));
  }
  return lines.join('\n');
}

/** Gives the line, from 1, of a place in a text. */
function lineFinder(text: string): (at: number) => number {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (at) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** The argument of a command that stands once in a text, as `\title`. */
function argumentOf(name: string, text: string): string | undefined {
  const found = new RegExp(`\\\\${name}\\s*(?:\\[[^\\]]*\\])?\\s*\\{`).exec(text);
  if (!found) return undefined;
  const start = found.index + found[0].length;
  return latexText(text.slice(start, closingBrace(text, start - 1))).replaceAll('\n', ' ');
}

/**
 * LaTeX source as blocks: sections, paragraphs, lists, tables, code, and formulas as they are. Comments and the preamble are
 * left out; what the source reads in from other files is not read.
 */
export function readLatex(source: string): ReadResult {
  const dropped: Dropped[] = [];
  const uncommented = withoutComments(source, dropped);
  const plain = withoutFalse(uncommented, dropped, lineFinder(uncommented));
  const text = withoutMacros(plain);
  const lineOf = lineFinder(text);
  const begin = text.indexOf('\\begin{document}');
  const end = text.lastIndexOf('\\end{document}');
  const reader = new LatexReader(lineOf);
  const title = argumentOf('title', text);
  if (title) reader.blocks.push({ kind: 'heading', level: 1, text: title, line: lineOf(text.indexOf('\\title')) });
  const author = argumentOf('author', text);
  if (author) reader.blocks.push({ kind: 'paragraph', text: author, line: lineOf(text.indexOf('\\author')) });
  const start = begin === -1 ? 0 : begin + '\\begin{document}'.length;
  if (begin > 0) dropped.push({ text: plain.slice(0, plain.indexOf('\\begin{document}')).trim(), reason: 'front-matter', line: 1 });
  reader.walk(
    text
      .slice(start, end > start ? end : text.length)
      .replace(/\\(?:title|author|date)\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}/g, (found) => ' '.repeat(found.length)),
    start,
    0,
  );
  const isPart = /\\(?:input|include)\s*\{/.test(text);
  return {
    ...(title && { title }),
    blocks: reader.blocks,
    dropped: [...dropped, ...reader.dropped],
    notes: isPart ? ['what it reads in from other files is not read with it'] : [],
  };
}
