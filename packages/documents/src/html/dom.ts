import { parseHTML } from 'linkedom';
import { withEndTags } from './omitted-tags.js';

/** What is used of a node of the document's tree. */
export interface DomNode {
  /** 1: element, 3: text. */
  readonly nodeType: number;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
  readonly parentNode: DomNode | null;
  readonly textContent: string;
}

/** What is used of an element. */
export interface DomElement extends DomNode {
  readonly localName: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement> & { readonly length: number };
}

export interface DomDocument {
  readonly documentElement: DomElement | null;
  readonly body: DomElement | null;
  readonly title: string;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement> & { readonly length: number };
}

export const isElement = (node: DomNode): node is DomElement => node.nodeType === 1;

export const isText = (node: DomNode): boolean => node.nodeType === 3;

export function* childrenOf(node: DomNode): Generator<DomNode> {
  for (let child = node.firstChild; child; child = child.nextSibling) yield child;
}

export function* elementsIn(node: DomNode): Generator<DomElement> {
  for (let child = node.firstChild; child; child = child.nextSibling) if (isElement(child)) yield child;
}

/** Whether each of the tags around head and body stands once and in its place, with no text beside them. */
function isUsual(html: string): boolean {
  const start = /^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype[^>]*>\s*)?<html\b[^>]*>\s*<head[\s>]/i;
  const ends = html.toLowerCase().lastIndexOf('</body');
  return (
    start.test(html) &&
    /<\/head\s*>\s*<body[\s>]/i.test(html) &&
    html.match(/<body[\s>]/gi)?.length === 1 &&
    (ends === -1 || /^<\/body\s*>\s*(?:<\/html\s*>\s*)?$/i.test(html.slice(ends)))
  );
}

/** A page with the tags that HTML lets one leave out or misplace: the parser loses what stands outside head and body. */
function whole(html: string): string {
  if (isUsual(html) || /<frameset[\s>]/i.test(html)) return html;
  const title = /<title\b[^>]*>[^<]*<\/title\s*>/i.exec(html)?.[0] ?? '';
  const content = html.replace(title, '').replace(/<!doctype[^>]*>|<\?xml[^>]*>|<\/?(?:html|head|body)(?=[\s/>])[^>]*>/gi, '');
  return `<!doctype html><html><head>${title}</head><body>${content}</body></html>`;
}

/** Parses a page; what is a fragment gets a page around it. */
export const parseDocument = (html: string): DomDocument => parseHTML(withEndTags(whole(html))).document as unknown as DomDocument;

/** How deep elements are nested, looked at no deeper than `most` + 1; walks without recursion. */
export function depthOf(root: DomNode, most: number): number {
  let depth = 0;
  let deepest = 0;
  for (let node: DomNode | null = root; node;) {
    if (node.firstChild && depth <= most) {
      node = node.firstChild;
      depth++;
      deepest = Math.max(deepest, depth);
      if (deepest > most) return deepest;
      continue;
    }
    while (node && node !== root && !node.nextSibling) {
      node = node.parentNode;
      depth--;
    }
    node = !node || node === root ? null : node.nextSibling;
  }
  return deepest;
}
