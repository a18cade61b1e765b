import type { Dropped } from '../document.js';
import { addAll } from '../most-of.js';

/** A line of code that brings in or gives out what a page of MDX is made of. */
const esm = /^(?:import\s+(?:[\w*{][^'"\n]*?from\s*)?['"]|export\s+(?:const|let|var|default|function|async|class|\{|\*))/;
const fence = /^\s*(`{3,}|~{3,})/;

/** Code within a line, a comment, or a tag of a component with its attributes. */
const pieces =
  /(`+)(?!`)[\s\S]*?[^`]\1(?!`)|\{\/\*[\s\S]*?\*\/\}|<\/?(?:[A-Z][\w.]*|(?=>))(?:\s+(?:[\w:-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}))?|\{\.\.\.[^{}]*\}))*\s*\/?>/g;

/** Attributes that a reader of the page sees. */
const shown = /\s(?:title|label|summary|caption|heading)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Whether a page is MDX whatever its name: its first line brings something in, as pages of Docusaurus do. */
const isMdx = (text: string): boolean => /^\s*import\s+[\w{*][^\n]*\sfrom\s+['"][^'"\n]+['"];?[ \t]*\n/.test(text);

/** MDX as Markdown of as many lines: without the code around it and the tags of components, of which the titles stay; else the text. */
export function plainMdx(mdx: string, file: string, drop: (dropped: Dropped & { readonly line: number }) => void): string {
  if (!file.endsWith('.mdx') && !isMdx(mdx)) return mdx;
  const lines = dedented(mdx.split('\n'));
  const out: string[] = [];
  /** Text since the last code. */
  let run: string[] = [];
  const flush = (): void => {
    if (run.length > 0) addAll(out, withoutTags(run.join('\n'), out.length + 1, drop).split('\n'));
    run = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const [, mark] = fence.exec(line) ?? [];
    let end = i;
    if (mark !== undefined) {
      do end++;
      while (end < lines.length - 1 && lines[end]!.trim() !== mark);
      flush();
      addAll(out, lines.slice(i, end + 1));
    } else if (esm.test(line) && (i === 0 || lines[i - 1]!.trim() === '' || esm.test(lines[i - 1]!))) {
      while (end + 1 < lines.length && lines[end + 1]!.trim() !== '') end++;
      flush();
      drop({ text: lines.slice(i, end + 1).join('\n'), reason: 'hidden', line: i + 1 });
      addAll(out, Array<string>(end + 1 - i).fill(''));
    } else run.push(line);
    i = end;
  }
  flush();
  return out.join('\n');
}

function withoutTags(text: string, line: number, drop: (dropped: Dropped & { readonly line: number }) => void): string {
  return text.replace(pieces, (found, code: string | undefined, at: number) => {
    if (code !== undefined) return found;
    if (found.startsWith('{')) drop({ text: found, reason: 'comment', line: line + text.slice(0, at).split('\n').length - 1 });
    const titles = found.startsWith('<') ? Array.from(found.matchAll(shown), ([, double, single]) => double ?? single ?? '') : [];
    return titles.join(' ') + '\n'.repeat(found.split('\n').length - 1);
  });
}

/** A tag, or the end of one, in a line of its own. */
const tag = /^\s*(?:<.*|\/?)>\s*$/;
const item = /^\s*(?:[-*+]|\d+[.)])\s/;

/** MDX knows no code by its indentation: what stands within components, and in no list, is indented as they are. */
function dedented(lines: readonly string[]): string[] {
  let margin = 0;
  let isInList = false;
  let isBehindGap = true;
  let mark: string | undefined;
  return lines.map((line) => {
    const own = line.search(/\S/);
    if (own >= 0 && mark === undefined) {
      if (own < margin || (isBehindGap && !isInList)) [margin, isInList] = [own, false];
      isInList = item.test(line) || (isInList && own > margin);
    }
    isBehindGap = own < 0 || tag.test(line);
    const [, found] = fence.exec(line) ?? [];
    if (found !== undefined) mark = mark === undefined ? found : line.trim() === mark ? undefined : mark;
    return line.slice(Math.min(Math.max(own, 0), margin));
  });
}

/** What opens text that is indented below it: notes and tabs of MkDocs, definitions of pandoc and Python-Markdown. */
const opening = /^ *(?:(?:!!!|\?\?\?\+?) +\S|===[!+]? +"|: {1,3}\S)/;
/** Markdown of as many lines in which text that dialects indent, and others would take for code, stands where it is no code. */
export function plainIndented(markdown: string): string {
  if (!/^ *(?:!!! |\?\?\?[+ ]|===[!+ ]|: {1,3}\S)/m.test(markdown)) return markdown;
  /** How far text is indented in what is open, outermost first. */
  const margins: number[] = [];
  let mark: string | undefined;
  return markdown
    .split('\n')
    .map((line) => {
      const own = line.search(/\S/);
      while (own >= 0 && mark === undefined && own < (margins.at(-1) ?? 0)) margins.pop();
      const margin = margins.at(-1) ?? 0;
      const said = own < 0 ? line : line.slice(Math.min(own, margin));
      const [, found] = fence.exec(said) ?? [];
      if (found !== undefined) mark = mark === undefined ? found : said.trim() === mark ? undefined : mark;
      else if (mark === undefined && opening.test(said)) margins.push(own + 4);
      return said;
    })
    .join('\n');
}
