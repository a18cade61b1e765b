import { childrenOf, isElement, isText, type DomElement, type DomNode } from './dom.js';
import { mathmlText, type MathElement } from '../mathml-text.js';
import { codeSpan } from '../make-block.js';
import { all } from '../most-of.js';
import { raised } from '../raised.js';
import { whySkipped } from './skipped-element.js';

/** How much text was seen, and how much of it leads elsewhere. */
export interface Tally {
  chars: number;
  links: number;
}

const mathElementOf = (element: DomElement): MathElement => ({
  name: element.localName,
  attributes: Object.fromEntries(['open', 'close', 'separators'].map((name) => [name, element.getAttribute(name) ?? undefined])),
  children: Array.from(childrenOf(element)).flatMap((node) =>
    isElement(node) ? mathElementOf(node) : isText(node) ? node.textContent : [],
  ),
});

/** What a formula says in TeX: as the page keeps it, or by its structure. */
function formulaOf(math: DomElement): string {
  const tex = math.querySelector('annotation[encoding="application/x-tex"]')?.textContent.trim() || math.getAttribute('alttext')?.trim();
  const said = tex || mathmlText(mathElementOf(math));
  if (said === '') return '';
  return math.getAttribute('display') === 'block' ? `$$${said}$$` : `$${said}$`;
}

const kindsOf = (element: DomElement): string =>
  `${element.getAttribute('role') ?? ''} ${element.getAttribute('epub:type') ?? ''} ${element.getAttribute('class') ?? ''}`;

const isNoteReference = (element: DomElement): boolean => /(?:^|\s)(?:doc-noteref|noteref|footnote-ref)(?:\s|$)/.test(kindsOf(element));

/** What a link says; the number of a note is no part of the word before it. */
const linkText = (link: DomElement, text: string): string =>
  isNoteReference(link) && !text.includes('<sup>') && !/^\s*\[/.test(text) ? raised('sup', text) : text;

const wrapped: Readonly<Record<string, (text: string) => string>> = {
  ...all((text: string) => (text.trim() === '' ? text : codeSpan(text.trim())), 'code tt'),
  q: (text) => `“${text}”`,
  rt: (text) => (text === '' ? '' : `(${text})`),
  ...all((text: string) => (text.trim() === '' ? text : `~~${text}~~`), 'del s strike'),
  // A power or an index; what only leads to a note is as good without.
  sup: (text) => raised('sup', text),
  sub: (text) => raised('sub', text),
};

/** The text of an element in one line, breaks of `<br>` apart; nothing is escaped. */
export class InlineText {
  constructor(
    private readonly tally: Tally,
    private readonly onSkipped: (why: string, element: DomElement) => void,
  ) {}

  of(node: DomNode, isLink = false): string {
    if (isText(node)) return this.#text(node.textContent, isLink);
    return isElement(node) ? this.#element(node, isLink) : '';
  }

  /** Of all children, one after the other. */
  within(element: DomNode, isLink = false): string {
    let text = '';
    for (const child of childrenOf(element)) text += this.of(child, isLink);
    return text;
  }

  #text(text: string, isLink: boolean): string {
    const said = text.replaceAll('\u00ad', '').replace(/[\s\u200b]+/g, ' ');
    this.tally.chars += said.length;
    if (isLink) this.tally.links += said.length;
    return said;
  }

  #element(element: DomElement, isLink: boolean): string {
    const name = element.localName;
    const special = this.#special(element, name, isLink);
    if (special !== undefined) return special;
    const why = whySkipped(element, true);
    // The label of a check box is an item of a list.
    if (why && !(name === 'label' && element.querySelector('input[type="checkbox"]'))) {
      if (!/katex-html|MathJax|mjx/.test(element.getAttribute('class') ?? '')) this.onSkipped(why, element);
      return '';
    }
    const text = this.within(element, isLink || name === 'a');
    const inner = name === 'a' ? linkText(element, text) : (wrapped[name]?.(text) ?? text);
    if (name === 'td' || name === 'th') return ` ${inner} `;
    // Blocks within a line: a cell of a table may have paragraphs.
    return blockInLine.has(name) && inner.trim() !== '' ? `\n${inner}\n` : inner;
  }

  /** What stands for an element whose children are no text of the line. */
  #special(element: DomElement, name: string, isLink: boolean): string | undefined {
    switch (name) {
      case 'br':
        return '\n';
      case 'pre':
        return this.#code(preformatted(element), isLink);
      case 'math':
        return this.#text(formulaOf(element), isLink);
      case 'img':
        return this.#picture(element);
      case 'script':
        return /^math\/tex/.test(element.getAttribute('type') ?? '') ? `$${element.textContent.trim()}$` : '';
      case 'input':
        if (element.getAttribute('type') !== 'checkbox') return undefined;
        return element.hasAttribute('checked') ? '[x] ' : '[ ] ';
      case 'rp':
        return '';
      default:
        return undefined;
    }
  }

  /** Code in a cell of a table, which has one line: where its own lines end is marked. */
  #code(code: string, isLink: boolean): string {
    const lines = code.trimEnd().split('\n');
    this.#text(code, isLink);
    return `\n${lines.map((line) => (line.trim() === '' ? '' : codeSpan(line.trimEnd()))).join('<br>')}\n`;
  }

  #picture(image: DomElement): string {
    const alt = image.getAttribute('alt')?.trim() ?? '';
    if (/mwe-math-fallback/.test(image.getAttribute('class') ?? '') || alt === '') return '';
    return /^data:/.test(alt) ? '' : alt;
  }
}

const blockInLine = new Set(
  'p div li tr ul ol dl dt dd table h1 h2 h3 h4 h5 h6 blockquote pre section article figure figcaption details summary address'.split(' '),
);

/** Elements of code that take a line of their own. */
const linesOfCode = /^(?:div|p|li|tr)$/;

/** The number of a line of code, which leads to it. */
const isLineNumber = (element: DomElement): boolean =>
  element.localName === 'a' && /^\s*\d+\s*$/.test(element.textContent) && /^#.*\d$/.test(element.getAttribute('href') ?? '');

/** The text of code as it stands. */
export function preformatted(node: DomNode): string {
  let text = '';
  for (const child of childrenOf(node)) {
    if (isText(child)) text += child.textContent;
    else if (!isElement(child)) continue;
    else if (child.localName === 'br') text += '\n';
    else if (!whySkipped(child, true) && !isLineNumber(child)) {
      const said = preformatted(child);
      const isLine = linesOfCode.test(child.localName) && said !== '';
      text += isLine ? `${text === '' || text.endsWith('\n') ? '' : '\n'}${said.replace(/\n$/, '')}\n` : said;
    }
  }
  return node.nodeType === 1 && (node as DomElement).localName === 'pre' ? text.replace(/^\n+/, '') : text;
}

/** A paragraph of inline text: spaces as one but for those of code, breaks kept. */
export const tidy = (text: string): string =>
  text
    .replace(/(`+)[^`\n]+\1|[ \t]+/g, (found, mark?: string) => (mark === undefined ? ' ' : found))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
