/** Elements whose end tags HTML lets one leave out, and those that bound where they may be looked for. */
const tag =
  /<!--[\s\S]*?(?:-->|$)|<(script|style|textarea|title|xmp)\b[\s\S]*?(?:<\/\1\s*>|$)|<(\/?)(li|ul|ol|menu|dir|dl|dt|dd|table|caption|colgroup|thead|tbody|tfoot|tr|td|th)(?=[\s/>])[^<>]*>/gi;

/** What begins ends these, as far up as the element that holds them all. */
const ends: Readonly<Record<string, readonly [ended: RegExp, within: RegExp]>> = Object.fromEntries(
  (
    [
      ['li', /^li$/, /^(?:ul|ol|menu|dir|td|th)$/],
      ['dt dd', /^d[td]$/, /^(?:dl|td|th)$/],
      ['td th', /^t[dh]$|^caption$/, /^table$/],
      ['tr', /^t[rdh]$|^caption$|^colgroup$/, /^table$/],
      ['thead tbody tfoot', /^t(?:[rdh]|head|body|foot)$|^caption$|^colgroup$/, /^table$/],
      ['colgroup', /^caption$|^colgroup$/, /^table$/],
    ] as const
  ).flatMap(([names, ended, within]) => names.split(' ').map((name) => [name, [ended, within] as const])),
);

const starts = /<(?:li|d[dt]|t[dhr]|thead|tbody|tfoot)(?=[\s/>])/gi;
const stops = /<\/(?:li|d[dt]|t[dhr]|thead|tbody|tfoot)\s*>/gi;
const isWhole = (html: string): boolean => html.match(starts)?.length === html.match(stops)?.length;

/** A page with the end tags that it leaves out: the parser finds those only that nothing else is open in. */
export function withEndTags(html: string): string {
  if (isWhole(html)) return html;
  const open: string[] = [];
  let said = '';
  let from = 0;
  for (const { 0: whole, 2: slash, 3: written, index } of html.matchAll(tag)) {
    const name = written?.toLowerCase();
    if (name === undefined) continue;
    if (slash === '/') {
      const at = open.lastIndexOf(name);
      if (at > (name === 'table' ? -1 : open.lastIndexOf('table'))) open.length = at;
      continue;
    }
    const [ended, within] = ends[name] ?? [];
    let outer: string | undefined;
    for (let at = open.length - 1; within && at >= 0 && !within.test(open[at]!); at--) {
      if (!ended!.test(open[at]!)) continue;
      outer = open[at]!;
      open.length = at;
    }
    // Whatever is open within it ends with the outermost.
    if (outer !== undefined) {
      said += `${html.slice(from, index)}</${outer}>`;
      from = index;
    }
    if (!whole.endsWith('/>')) open.push(name);
  }
  return said + html.slice(from);
}
