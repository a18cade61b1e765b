import { all } from '../most-of.js';
import { closingBrace, codeAt, codes, definitionEnd, definitions, isArgument } from './latex-text.js';

/** A command that a source defines. */
interface Macro {
  /** How many arguments it takes. */
  readonly count: number;
  /** What the first one is where it is left out; undefined: it may not be. */
  readonly first: string | undefined;
  /** What it stands for, with `#1` for an argument. */
  readonly body: string;
}

/** How deep a command may stand for commands that stand for others. */
const MAX_DEPTH = 20;

/** Characters that one use of a command may come to. */
const MOST = 10_000;

/** What a text stands for only by running TeX. */
const isProgram = /\\(?:if[a-zA-Z]*|csname|expandafter)(?![a-zA-Z])/;

/** Commands that are read by their names, whatever a source makes of them. */
const READ: Readonly<Record<string, true>> = all(
  true,
  'part chapter section subsection subsubsection paragraph subparagraph frametitle caption item verb lstinline ' +
    'mintinline begin end title author date documentclass bibitem newblock',
);

/** A definition behind its command; undefined where it is none that stands for a text. */
function definitionAt(kind: string, text: string, at: number): { readonly name: string; readonly macro: Macro } | undefined {
  const head = text.slice(at, at + 300);
  if (kind === 'let') {
    const [, name, body] = /^\s*\\([a-zA-Z]+)\s*=?\s*(\\(?:[a-zA-Z]+|\S))/.exec(head) ?? [];
    return name === undefined ? undefined : { name, macro: { count: 0, first: undefined, body: body! } };
  }
  const [whole, name, count, first, parameters] =
    /^\s*\{?\s*\\([a-zA-Z]+)\s*\}?\s*(?:\[(\d)\])?\s*(?:\[([^\]]*)\])?\s*((?:#\d)*)\s*(?=\{)/.exec(head) ?? [];
  if (name === undefined) return undefined;
  const open = at + whole!.length;
  const said = text
    .slice(open + 1, closingBrace(text, open))
    .replace(/\\xspace\b/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  const body = kind === 'DeclareMathOperator' ? `\\operatorname{${said}}` : said;
  return { name, macro: { count: Number(count ?? parameters!.length / 2), first, body } };
}

/** One argument: what stands in braces, else one sign or command. */
function argumentAt(text: string, at: number): { readonly said: string; readonly end: number } {
  const [space = ''] = /^[ \t]*\n?[ \t]*/.exec(text.slice(at, at + 100)) ?? [];
  const start = at + space.length;
  if (text[start] === '{') {
    const close = closingBrace(text, start);
    return { said: text.slice(start + 1, close), end: close + 1 };
  }
  const [said = ''] = /^(?:\\(?:[a-zA-Z]+|\S)|[^\s{}$&\\])/u.exec(text.slice(start, start + 60)) ?? [];
  return { said, end: said === '' ? at : start + said.length };
}

/** The arguments of a command that a source defines, and where they end. */
function argumentsOf({ count, first }: Macro, text: string, at: number): { readonly args: readonly string[]; readonly end: number } {
  const args: string[] = [];
  let end = at;
  if (first !== undefined) {
    const isGiven = text[end] === '[';
    const close = isGiven ? closingBrace(text, end, ['[', ']']) : end;
    args.push(isGiven ? text.slice(end + 1, close) : first);
    if (isGiven) end = close + 1;
  }
  while (args.length < count) {
    const { said, end: behind } = argumentAt(text, end);
    args.push(said);
    end = behind;
  }
  return { args, end };
}

/**
 * A source with what its own commands stand for in their places: without it the words in `\newcommand{\ours}{Pumper}` would be lost
 * wherever the text says `\ours`. Definitions stay where they are; code is left alone, and so is what comes to too much.
 */
export function withoutMacros(source: string): string {
  const macros = new Map<string, Macro>();
  let left = 4 * source.length + 100 * MOST;
  /** What is left of the use under way. */
  let room = 0;

  /** Where a command ends whose text is left as it is: a definition, which is taken, or code; undefined: it is neither. */
  const passed = (name: string, text: string, at: number): number | undefined => {
    if (definitions.test(name) || name === 'DeclareMathOperator') {
      const found = definitionAt(name, text, at);
      if (found && !(found.name in READ) && !isArgument(found.name) && !isProgram.test(found.macro.body)) {
        macros.set(found.name, found.macro);
      }
      return definitionEnd(text, at);
    }
    const code = codeAt(name, text, at);
    if (code) return Math.max(at, code.close);
    if (name !== 'begin') return undefined;
    const [, environment = ''] = /^\s*\{([^{}\n]{1,40})\}/.exec(text.slice(at, at + 60)) ?? [];
    return codes.test(environment) ? Math.max(at, text.indexOf(`\\end{${environment}}`, at)) : undefined;
  };

  const expand = (text: string, depth: number): string => {
    let said = '';
    let from = 0;
    const command = /\\(?:([a-zA-Z]+)\*?|[^a-zA-Z])/g;
    for (let found = command.exec(text); found; found = command.exec(text)) {
      const name = found[1];
      if (name === undefined) continue;
      const at = command.lastIndex;
      const end = passed(name, text, at);
      const macro = end === undefined ? macros.get(name) : undefined;
      if (end !== undefined) command.lastIndex = end;
      if (!macro || depth >= MAX_DEPTH) continue;
      const { args, end: behind } = argumentsOf(macro, text, at);
      const body = macro.body.replace(/#(\d)/g, (_, n: string) => args[Number(n) - 1] ?? '');
      if (depth === 0) room = Math.min(MOST, left);
      room -= body.length + 1;
      left -= body.length + 1;
      if (room < 0) continue;
      const stands = expand(body, depth + 1);
      // A command takes the space behind it, which here is the text's.
      const isOpen = /\\[a-zA-Z]+$/.test(stands) && /\s/.test(text[behind] ?? '');
      said += `${text.slice(from, found.index)}${stands}${isOpen ? '{}' : ''}`;
      command.lastIndex = from = behind;
    }
    return said + text.slice(from);
  };
  // A title may be made of what is defined behind it.
  expand(source.slice(0, Math.max(0, source.indexOf('\\begin{document}'))), 0);
  return expand(source, 0);
}
