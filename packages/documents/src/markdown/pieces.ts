/** Characters that are parsed at once: memory follows this, not the length of the text. */
const PIECE = 1 << 19;

const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/gm;

/** Whether nothing that began in the text goes on behind it: a fence, a comment, a formula, a table of HTML. */
function isClosed(text: string): boolean {
  let open: string | undefined;
  fence.lastIndex = 0;
  for (let match = fence.exec(text); match; match = fence.exec(text)) {
    const [, mark = '', info = ''] = match;
    if (open === undefined) open = mark;
    else if (mark.startsWith(open) && info.trim() === '') open = undefined;
  }
  const isOpen = (from: string, to: string): boolean => text.lastIndexOf(from) > text.lastIndexOf(to);
  return open === undefined && !isOpen('<!--', '-->') && !isOpen('<table', '</table') && (text.match(/^\$\$/gm)?.length ?? 0) % 2 === 0;
}

/**
 * A text cut where a heading or a paragraph begins at the margin behind a blank line, so that every part means what it
 * means in the whole. The parts put together are the text.
 */
export function* pieces(markdown: string, size = PIECE): Generator<string> {
  let start = 0;
  while (markdown.length - start > size) {
    const seam = /\n[ \t]*\n(?=#{1,6} |\p{L})/gu;
    seam.lastIndex = start + size;
    let cut = -1;
    for (let tries = 0; cut === -1 && tries < 50; tries++) {
      const match = seam.exec(markdown);
      if (!match) break;
      if (isClosed(markdown.slice(start, match.index))) cut = match.index + match[0].length;
      // What is open ends soon, as a comment does, or will be open for a while.
      else seam.lastIndex = match.index + 1 + tries ** 3;
    }
    if (cut === -1) break;
    yield markdown.slice(start, cut);
    start = cut;
  }
  if (start < markdown.length) yield markdown.slice(start);
}
