import { all } from '../most-of.js';
import type { DomElement } from './dom.js';

/** Elements that say nothing to a reader of the page. */
const silent = new Set(
  'script style title template noscript iframe object embed canvas audio video head link meta map area datalist progress meter'.split(' '),
);

/** Elements around the text, by why they are left out. */
const around: Readonly<Record<string, string>> = {
  ...all('navigation', 'nav menu dialog search'),
  footer: 'footer',
  // What is written in a drawing.
  svg: 'image',
  ...all('form', 'button label input select textarea legend optgroup output'),
  // How the word before it is read.
  ...all('reading', 'rt rtc'),
};

const roles: Readonly<Record<string, string>> = {
  ...all('navigation', 'navigation search dialog menu menubar toolbar tablist alertdialog'),
  ...{ banner: 'header', contentinfo: 'footer', button: 'form' },
};

/** Out of the page, or cut to nothing: how texts for screen readers are kept from others. What is merely clear or low may show later. */
const hiddenStyle =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](?:px)?\b)/i;
const hiddenClass =
  /(?:^|\s)(?:sr-only|visually-hidden|visuallyhidden|screen-reader-text|noprint|d-none|mw-editsection|mw-jump-link|skip-link)(?:\s|$)/;
/** Marks that lead to a heading's address, and numbers of lines. */
const markClass =
  /(?:^|\s)(?:headerlink|anchor|anchorjs-link|header-anchor|heading-link|hash-link|anchor-link|linenos|lineno|lnt|line-numbers-rows|gutter|copybtn|footnote-back|footnote-backref|reversefootnote|data-footnote-backref)(?:\s|$)/;

const isHidden = (element: DomElement, name: string): boolean => {
  if (element.hasAttribute('hidden') && element.getAttribute('hidden') !== 'until-found') return true;
  if (element.getAttribute('aria-hidden') === 'true' && name !== 'math') return true;
  const style = element.getAttribute('style');
  if (style !== null && hiddenStyle.test(style)) return true;
  return hiddenClass.test(element.getAttribute('class') ?? '');
};

/** The tree of a component is written into a template, and shown. */
const isSilent = (element: DomElement): boolean => silent.has(element.localName) && !element.hasAttribute('shadowrootmode');

/** Only a sign, as `¶`, or nothing at all. */
const isMark = (element: DomElement): boolean => !/[\p{L}\p{N}]{2}/u.test(element.textContent);

/** The foot of an article, of a quotation: part of it as long as it leads nowhere. */
const isFootOfText = (element: DomElement, isInMain: boolean): boolean =>
  isInMain && element.localName === 'footer' && element.querySelector('a') === null;

/** Why an element is no part of a page's text; `silent` for what has no text at all; undefined: it is part of it. */
export function whySkipped(element: DomElement, isInMain: boolean): string | undefined {
  const name = element.localName;
  if (isSilent(element)) return name === 'noscript' ? 'hidden' : 'silent';
  const why = around[name] ?? roles[element.getAttribute('role') ?? ''];
  if (why) return isFootOfText(element, isInMain) ? undefined : why;
  if (name === 'header' && !isInMain) return 'header';
  if (isHidden(element, name)) return 'hidden';
  const marked = element.getAttribute('class');
  if (marked !== null && markClass.test(marked) && (name !== 'a' || isMark(element))) return isMark(element) ? 'silent' : 'navigation';
  return undefined;
}
