import { posix } from 'node:path';
import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { readHtmlFragment } from '../html/read-html.js';
import { textOf, unzip } from './unzip.js';
import { descendant, descendants, parseXml, textIn, type XmlElement } from './xml.js';
import { attempt } from '@sdg/values';
import { addAll } from '../most-of.js';

/** Elements that XML may close at once and HTML may not: what follows would be taken for their content. */
const closedAtOnce = /<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)([a-z][\w:-]*)((?:\s[^<>]*?)?)\/>/gi;

/** A chapter as HTML understands it. */
const asHtml = (xhtml: string): string => xhtml.replace(/^\s*<\?xml[^>]*\?>/, '').replace(closedAtOnce, '<$1$2></$1>');

type Parts = ReturnType<typeof unzip>;
type Attributes = Readonly<Record<string, string | undefined>>;

/** The package document of a book, and where it stands. */
function packageOf(parts: Parts): { readonly opf: string; readonly file: string } {
  const container = textOf(parts, 'META-INF/container.xml');
  const file = container === undefined ? undefined : descendant(parseXml(container), 'rootfile')?.attributes['full-path'];
  const opf = file === undefined ? undefined : textOf(parts, file);
  if (opf === undefined || file === undefined) throw new DocumentError('it is not an EPUB', 'save it again');
  if (/EncryptionMethod[^>]*aes/i.test(textOf(parts, 'META-INF/encryption.xml') ?? '')) {
    throw new DocumentError('it is encrypted', 'use a copy without rights management');
  }
  return { opf, file };
}

/** What a book is made of, in the order in which it is read. */
function spineOf(book: XmlElement): Attributes[] {
  const named = (name: string): Attributes[] =>
    [...descendants(book, name), ...descendants(book, `opf:${name}`)].map(({ attributes }) => attributes);
  const items = new Map(named('item').map((item) => [item['id'] ?? '', item]));
  return named('itemref').map(({ idref = '' }) => items.get(idref) ?? {});
}

/** An EPUB as blocks: its chapters in the order of its spine. The table of contents is left out. */
export function readEpub(bytes: Uint8Array): ReadResult {
  const parts = unzip(bytes, (name) => /\.(?:xml|opf|x?html?|ncx)$/i.test(name), 'an EPUB');
  const { opf, file } = packageOf(parts);
  const book = parseXml(opf);
  const title = descendant(book, 'dc:title');
  const blocks: Block[] = [];
  const dropped: Dropped[] = [];
  const missing: string[] = [];
  for (const { href = '', properties = '' } of spineOf(book)) {
    const path = attempt(() => decodeURIComponent(href), href);
    const xhtml = textOf(parts, posix.join(posix.dirname(file), path));
    if (xhtml === undefined) {
      missing.push(path === '' ? 'one without a name' : path);
      continue;
    }
    const chapter = readHtmlFragment(asHtml(xhtml));
    if (/\bnav\b/.test(properties)) {
      for (const block of chapter.blocks) dropped.push({ text: 'text' in block ? block.text : '', reason: 'navigation' });
    } else {
      addAll(blocks, chapter.blocks);
      addAll(dropped, chapter.dropped);
    }
  }
  const named = title ? textIn(title).trim() : '';
  return {
    ...(named !== '' && { title: named }),
    blocks,
    dropped,
    notes: missing.length > 0 ? [`chapters that it names cannot be read: ${missing.slice(0, 5).join(', ')}`] : [],
  };
}
