import { decodeHTML } from 'entities';
import type { Dropped, ReadResult } from '../document.js';
import { readText } from '../read-text.js';
import { depthOf, type DomDocument, parseDocument } from './dom.js';
import { findArticle } from './find-article.js';
import { HtmlBlocks } from './html-blocks.js';

/** Classes and names that are looked for: pages that have more do not write their styles by hand. */
const MAX_SELECTORS = 200;
/** Characters of the page's own styles that are read. */
const MAX_STYLES = 500_000;

const hides = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i;
const shows = /(?:^|;)\s*(?:display\s*:\s*(?!none)|visibility\s*:\s*visible)/i;
/** One class or name, of any element. */
const simple = /^[a-z\d]*([.#][\w-]+)$/i;

/** Classes and names that a page's own styles hide and never show; what holds for some screens only does not count. */
function hiddenSelectors(styles: string): string[] {
  const everywhere = styles.replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, '').replace(/@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  const hidden = new Map<string, string>();
  const shown = new Set<string>();
  for (const [, selectors = '', rules = ''] of everywhere.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (hides.test(rules)) {
      for (const selector of selectors.split(',').map((one) => one.trim())) {
        const name = simple.exec(selector)?.[1];
        if (name) hidden.set(selector, name);
      }
    } else if (shows.test(rules)) for (const [name] of selectors.matchAll(/[.#][\w-]+/g)) shown.add(name);
  }
  return [...hidden].flatMap(([selector, name]) => (shown.has(name) ? [] : selector)).slice(0, MAX_SELECTORS);
}

/** Marks what the page's own styles hide with the attribute `hidden`. */
function markHidden(document: DomDocument): void {
  const styles = [...document.querySelectorAll('style')].map(({ textContent }) => textContent).join('\n');
  if (!/none|hidden/i.test(styles) || styles.length > MAX_STYLES) return;
  for (const selector of hiddenSelectors(styles)) {
    for (const element of document.querySelectorAll(selector)) element.setAttribute('hidden', '');
  }
}

/** Elements within elements that a page may have: the library that finds articles takes the square of it. */
const MAX_DEPTH = 512;

/** A page that is nested beyond reason, as text: every tag is a break. */
function asText(html: string): ReadResult {
  const text = html
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<[^<>]*>/g, '\n\n');
  return { ...readText(decodeHTML(text)), notes: ['its elements are nested too deeply: read as plain text'] };
}

const titleOf = (document: DomDocument): string | undefined => {
  const title = (document.querySelector('title')?.textContent ?? '').replace(/\s+/g, ' ').trim();
  return title === '' ? undefined : title;
};

/** All blocks of HTML that is a text already: what a converter wrote, or stands in Markdown. */
export function readHtmlFragment(html: string): ReadResult {
  const document = parseDocument(html);
  if (!document.body) return { blocks: [], dropped: [], notes: [] };
  if (depthOf(document.body, MAX_DEPTH) > MAX_DEPTH) return asText(html);
  const walker = new HtmlBlocks();
  walker.walk(document.body, true);
  return { blocks: walker.candidates.map(({ block }) => block), dropped: walker.dropped, notes: [] };
}

/**
 * A web page as blocks: its article, with headings, lists, tables and code. Navigation, headers, footers, forms, hidden
 * text and whatever else stands around the article are left out and listed.
 *
 * @example
 * readHtml('<main><h1>Pump</h1><p>Open the valve.</p></main><footer>ACME</footer>').blocks;
 * // [{ kind: 'heading', level: 1, text: 'Pump' }, { kind: 'paragraph', text: 'Open the valve.' }]
 */
export function readHtml(html: string): ReadResult {
  const document = parseDocument(html);
  const { body } = document;
  const frames = Array.from(document.querySelectorAll('frameset frame'), (frame) => frame.getAttribute('src') ?? '');
  if (frames.length > 0) {
    return { blocks: [], dropped: [], notes: [`it only shows other pages in its frames, which are to be named (${frames.join(', ')})`] };
  }
  if (!body) return { blocks: [], dropped: [], notes: [] };
  if (depthOf(body, MAX_DEPTH) > MAX_DEPTH) return asText(html);
  markHidden(document);
  const title = titleOf(document);
  const walker = new HtmlBlocks();
  const hasMain = document.querySelector('main, article, [role="main"]') !== null;
  walker.walk(body, !hasMain && body.querySelector('header h1') !== null);
  const kept = findArticle(document, walker.candidates);
  const isKept = new Set(kept);
  const around: Dropped[] = walker.candidates.flatMap((candidate) => {
    if (isKept.has(candidate)) return [];
    const { block } = candidate;
    return [{ text: block.kind === 'table' ? [block.header, ...block.rows].flat().join(' ') : block.text, reason: 'navigation' }];
  });
  const blocks = kept.map(({ block }) => block);
  const heading = blocks.find((block) => block.kind === 'heading' && block.level === 1);
  const named = heading?.kind === 'heading' ? heading.text : title;
  return { ...(named !== undefined && { title: named }), blocks, dropped: [...walker.dropped, ...around], notes: [] };
}
