import type { Dropped, ReadResult } from '../document.js';
import { readHtmlFragment } from '../html/read-html.js';

/** AsciiDoc as blocks, by way of Asciidoctor's HTML. Nothing is included from elsewhere: `include::` stays a link. */
export async function readAsciidoc(text: string): Promise<ReadResult> {
  const { convert } = await import('@asciidoctor/core');
  const options = { safe: 'secure', standalone: false, attributes: { showtitle: true, stem: 'latexmath', 'toc!': '' } };
  const html = String(await convert(text, options as never));
  // Labels of notes stand in cells of a table that is a layout.
  const plain = html
    .replace(
      /<table>\s*<tr>\s*<td class="icon">\s*(?:<div class="title">([^<]*)<\/div>)?\s*<\/td>\s*<td class="content">([\s\S]*?)<\/td>\s*<\/tr>\s*<\/table>/g,
      '<p>$1:</p>$2',
    )
    .replace(/<td class="hdlist1">/g, '<td>')
    .replace(/<b class="conum">[^<]*<\/b>/g, '');
  const { blocks, dropped } = readHtmlFragment(plain);
  const list = (reason: string, pattern: RegExp): Dropped[] =>
    Array.from(text.matchAll(pattern), ([whole, part = whole]) => ({ text: part.trim(), reason }));
  // Who wrote it and when, and what conditions leave out.
  const header = list('front-matter', /^= .*\n((?:\S.*\n)+)/gm).slice(0, 1);
  const left = list('hidden', /^if(?:n?def|eval)::.*\n([\s\S]*?)^endif::/gm).filter(
    ({ text: said }) => said.match(/[\p{L}\p{N}]{3,}/gu)?.every((word) => html.includes(word)) === false,
  );
  const comments = list('comment', /^\/\/(?!\/).*$|^\/{4,}\n[\s\S]*?^\/{4,}$/gm);
  const title = blocks.find((block) => block.kind === 'heading' && block.level === 1);
  return {
    ...(title?.kind === 'heading' && { title: title.text }),
    blocks,
    dropped: [...header, ...dropped, ...left, ...comments],
    notes: /^include::/m.test(text) ? ['what it includes is not read'] : [],
  };
}
