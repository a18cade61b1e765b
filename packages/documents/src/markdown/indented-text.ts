/** What opens text that is indented below it: notes and tabs of MkDocs, definitions of pandoc and Python-Markdown. */
const opening = /^ *(?:(?:!!!|\?\?\?\+?) +\S|===[!+]? +"|: {1,3}\S)/;
const fence = /^\s*(`{3,}|~{3,})/;

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
