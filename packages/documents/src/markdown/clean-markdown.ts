import { decodeHTML } from 'entities';

/** Tags of HTML that stand in Markdown and say nothing themselves. */
const tags =
  'a abbr address article aside b bdi bdo big br button center cite code col colgroup data dd del details dfn dir div dl dt em fieldset ' +
  'figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label legend li main mark menu nav ' +
  'noscript object ol optgroup option p picture pre q rp rt ruby s samp section select small source span strike strong summary svg ' +
  'table tbody td textarea tfoot th thead time tr tt u ul var video wbr';
const htmlTag = new RegExp(`(?<!\\\\)</?(${tags.replaceAll(' ', '|')})(?=[\\s/>])([^<>]*)>`, 'gi');
/** Those that end a line. */
const breaks = /^(?:br|p|div|li|tr|hr|h[1-6]|dt|dd|summary|details|table|ul|ol|section|article)$/i;

/** Removes what stands between `<!--` and `-->`. */
function withoutComments(text: string, onComment: (comment: string, at: number) => void): string {
  let at = text.indexOf('<!--');
  if (at === -1) return text;
  let kept = '';
  let from = 0;
  while (at !== -1) {
    const end = text.indexOf('-->', at + 4);
    if (end === -1) break;
    kept += text.slice(from, at);
    onComment(text.slice(at, end + 3), at);
    from = end + 3;
    at = text.indexOf('<!--', from);
  }
  return kept + text.slice(from);
}

const altOf = (attributes: string): string =>
  decodeHTML(
    /\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i
      .exec(attributes)
      ?.slice(1)
      .find((alt) => alt !== undefined) ?? '',
  );

/** Removes tags of HTML but for `sup` and `sub`; of a picture its text stays. */
const withoutTags = (text: string): string =>
  text
    .replace(htmlTag, (tag, name: string, attributes: string) => {
      if (/^img$/i.test(name)) return altOf(attributes);
      return breaks.test(name) && !tag.startsWith('</') ? '\n' : '';
    })
    .replace(/\n(?:[ \t]*\n)+/g, '\n\n');

const dataImage = /!\[([^\]\n]{0,1000})\]\(\s*<?data:[^)\s>]*>?[^)\n]*\)/g;
const dataAddress = /\bdata:[\w.+-]*(?:\/[\w.+-]+)?(?:;[\w=.+-]+)*,[A-Za-z0-9+/=%_-]{40,}/g;

/** A data address in a text is a picture or a font in letters: a picture's text stands for it, else nothing does. */
function withoutData(text: string, onData: (address: string) => void): string {
  if (!text.includes('data:')) return text;
  const drop = (address: string): void => onData(address);
  return text.replace(dataImage, (image: string, alt: string) => (drop(image), alt)).replace(dataAddress, (address) => (drop(address), ''));
}

/** A text cut into code (between equally long runs of backticks) and what is none. */
function* partsOf(text: string): Generator<{ readonly isCode: boolean; readonly text: string }> {
  if (!text.includes('`') && !text.includes('~~~')) return yield { isCode: false, text };
  const run = /\\`|`+|^[ \t>]*~{3,}/gm;
  const unclosed = new Set<string>();
  let from = 0;
  for (let open = run.exec(text); open; open = run.exec(text)) {
    const mark = open[0].trim().replace(/^[>\s]+/, '');
    if (mark.startsWith('\\') || unclosed.has(mark)) continue;
    const end = closingRun(text, mark, run.lastIndex);
    if (end === -1) {
      unclosed.add(mark);
      continue;
    }
    if (open.index > from) yield { isCode: false, text: text.slice(from, open.index) };
    yield { isCode: true, text: text.slice(open.index, end) };
    from = run.lastIndex = end;
  }
  if (from < text.length) yield { isCode: false, text: text.slice(from) };
}

/** Where a run of exactly these marks ends, at or behind `from`; -1: nowhere. */
function closingRun(text: string, mark: string, from: number): number {
  const char = mark[0]!;
  for (let at = text.indexOf(mark, from); at !== -1;) {
    let end = at + mark.length;
    while (text[end] === char) end++;
    if (end - at === mark.length || char === '~') return end;
    at = text.indexOf(mark, end);
  }
  return -1;
}

/** Told of what is left out: why, what, and how many characters into the text. */
type OnLeftOut = (reason: 'comment' | 'image', text: string) => void;

/** `[text][label]`, `[label][]` and `[label]`, none of them followed by an address or a colon. */
const reference = /\[([^[\]\n]{1,300})\](?:\[([^[\]\n]{0,300})\])?(?![(:[])/g;

export type Resolve = (label: string) => string | undefined;

/** Text without data addresses: all that is left out of code. */
export const cleanCode = (text: string, onLeftOut: OnLeftOut): string => withoutData(text, (address) => onLeftOut('image', address));

/** Text within lines without comments, tags and data addresses; what is code stays. */
export function cleanMarkdown(text: string, onLeftOut: OnLeftOut): string {
  let clean = '';
  for (const part of partsOf(text)) {
    let rest = cleanCode(part.text, onLeftOut);
    if (!part.isCode) rest = withoutComments(rest, (comment) => onLeftOut('comment', comment));
    clean += !part.isCode && rest.includes('<') ? withoutTags(rest) : rest;
  }
  return clean;
}

/** Text whose links by label are links by address. */
export function resolveLinks(text: string, resolve: Resolve): string {
  let said = '';
  for (const part of partsOf(text)) {
    said += part.isCode
      ? part.text
      : part.text.replace(reference, (whole: string, said: string, label?: string) => {
          const href = said.startsWith('^') ? undefined : resolve(label || said);
          return href === undefined ? whole : href.startsWith('data:') ? said : `[${said}](${href})`;
        });
  }
  return said;
}
