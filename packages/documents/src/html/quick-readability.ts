import { Readability } from '@mozilla/readability';
import { isElement, isText, type DomElement, type DomNode } from './dom.js';

/** The methods of Readability that are asked for each element, and take most of its time on the tree that is used here. */
interface Questions {
  _getAllNodesWithTag(root: DomElement, names: readonly string[]): DomElement[];
  _isElementWithoutContent(node: DomElement): boolean;
  _isValidByline(node: DomElement, names: string): boolean;
  _isProbablyVisible(node: DomElement): boolean;
}

type Options = ConstructorParameters<typeof Readability>[1];

/** The node behind one in the order of the file, below `root`. */
function after(node: DomNode, root: DomNode): DomNode | null {
  if (node.firstChild) return node.firstChild;
  let at: DomNode | null = node;
  while (at && at !== root && !at.nextSibling) at = at.parentNode;
  return !at || at === root ? null : at.nextSibling;
}

const hides = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\s*(?:!important\s*)?(?:;|$)/i;

const base = Readability.prototype as unknown as Questions;

const quick: Questions = {
  _getAllNodesWithTag(root, names) {
    const wanted = new Set(names.map((name) => name.toLowerCase()));
    const found: DomElement[] = [];
    for (let node = after(root, root); node; node = after(node, root)) if (isElement(node) && wanted.has(node.localName)) found.push(node);
    return found;
  },

  _isElementWithoutContent(node) {
    for (let at = after(node, node); at; at = after(at, node)) if (isText(at) && /\S/.test(at.textContent)) return false;
    return base._isElementWithoutContent.call(this, node);
  },

  // Without the marks of one it is none, however long its text.
  _isValidByline(node, names) {
    const isMarked = node.hasAttribute('rel') || node.hasAttribute('itemprop') || /byline|author|dateline|writtenby|p-author/i.test(names);
    return isMarked && base._isValidByline.call(this, node, names);
  },

  _isProbablyVisible(node) {
    if (hides.test(node.getAttribute('style') ?? '') || node.hasAttribute('hidden')) return false;
    if (node.getAttribute('aria-hidden') !== 'true') return true;
    return (node.getAttribute('class') ?? '').includes('fallback-image');
  },
};

/** Readability 0.6, pinned, with its most frequent questions answered by walks through the tree instead of selectors and whole texts. */
export function quickReadability<T>(document: object, options: Options & { serializer: (node: unknown) => T }): { content: T } | null {
  const reader = Object.assign(new Readability(document as never, options as never), quick);
  return reader.parse() as { content: T } | null;
}
