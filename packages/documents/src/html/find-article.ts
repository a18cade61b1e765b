import { sumOf } from '@sdg/values';
import type { Candidate } from './html-blocks.js';
import { isElement, type DomDocument, type DomElement, type DomNode } from './dom.js';
import { quickReadability } from './quick-readability.js';

const MARK = 'data-sdg-block';

/** Names of what stands beside an article. */
const beside =
  /(?:^|[\s_-])(?:comments?|related|share|sharing|social|promo|sidebar|cookies?|newsletter|subscribe|breadcrumbs?|pager|pagination|advert|ads?|sponsored|recommend\w*|teaser|widget|banner|popup|modal|toc|navbox|menu|footer|masthead|login|signup|byline-social)(?:$|[\s_-])/i;

/** Share of the text found that the part of the page must hold which is taken for the article. */
const MOST = 0.85;

/** Letters of an article that is too short to tell it by. */
const SHORT = 140;

/** A block of which this share leads elsewhere is navigation. */
const LINKS = 0.5;

const lengthOf = ({ block }: Candidate): number =>
  block.kind === 'table' ? sumOf([block.header, ...block.rows].flat(), (cell) => cell.length) : block.text.length;

const sum = (candidates: Iterable<Candidate>): number => {
  let length = 0;
  for (const candidate of candidates) if (candidate.block.kind !== 'heading') length += lengthOf(candidate);
  return length;
};

function isWithin(node: DomNode, ancestor: DomNode): boolean {
  for (let at: DomNode | null = node; at; at = at.parentNode) if (at === ancestor) return true;
  return false;
}

/** Whether an element stands beside an article, by its own name. */
function isBeside(element: DomElement): boolean {
  const marked = element.getAttribute('class') ?? '';
  if (element.localName === 'aside' && element.getAttribute('role') !== 'note' && !/footnote|admonition|topic|note/.test(marked)) {
    return true;
  }
  return beside.test(`${marked} ${element.getAttribute('id') ?? ''}`);
}

/** Where candidates stand in the tree; to be asked for before Readability takes it apart. */
class Places {
  /** Elements around each, innermost first, up to the page's body. */
  readonly #around = new Map<Candidate, readonly DomElement[]>();
  readonly #beside = new Map<DomElement, boolean>();

  constructor(candidates: readonly Candidate[]) {
    const ofElement = new Map<DomElement, readonly DomElement[]>();
    for (const candidate of candidates) {
      let around = ofElement.get(candidate.element);
      if (!around) {
        ofElement.set(candidate.element, (around = Places.#above(candidate.element)));
        for (const element of around) if (!this.#beside.has(element)) this.#beside.set(element, isBeside(element));
      }
      this.#around.set(candidate, around);
    }
  }

  static #above(element: DomElement): DomElement[] {
    const around: DomElement[] = [];
    for (let at: DomNode | null = element; at && isElement(at) && at.localName !== 'body'; at = at.parentNode) around.push(at);
    return around;
  }

  /** Whether a candidate belongs to a part of the page (or to all of it) and nothing in there sets it aside. */
  isTextOf(candidate: Candidate, part: DomElement | undefined): boolean {
    for (const element of this.#around.get(candidate)!) {
      if (element === part) return true;
      if (this.#beside.get(element)) return false;
    }
    return part === undefined;
  }

  isIn(candidate: Candidate, part: DomElement): boolean {
    return this.#around.get(candidate)!.includes(part);
  }

  /** The innermost element that holds most of the text of some candidates; undefined: only the body does. */
  partOf(found: ReadonlySet<Candidate>): DomElement | undefined {
    const held = new Map<DomElement, number>();
    let total = 0;
    for (const candidate of found) {
      const length = lengthOf(candidate);
      total += length;
      for (const element of this.#around.get(candidate)!) held.set(element, (held.get(element) ?? 0) + length);
    }
    // What holds others is put in behind them: the first with enough is the innermost.
    for (const [element, length] of held) if (length >= MOST * total) return element;
    return undefined;
  }
}

/** What the page itself says its main part is, where there is one such part. */
function mainOf(document: DomDocument): DomElement | undefined {
  for (const selector of ['main, [role="main"]', 'article']) {
    const found = Array.from(document.querySelectorAll(selector));
    const outer = found.filter((element) => !found.some((other) => other !== element && isWithin(element, other)));
    if (outer.length === 1) return outer[0];
  }
  return undefined;
}

/** The blocks that Readability finds to be the article. It takes the tree apart. */
function readable(document: DomDocument, candidates: readonly Candidate[]): Set<Candidate> {
  for (const [i, { element }] of candidates.entries()) if (!element.hasAttribute(MARK)) element.setAttribute(MARK, String(i));
  const firstOf = new Map<string, number>();
  const marks = candidates.map(({ element }, i) => {
    const mark = element.getAttribute(MARK) ?? '';
    if (!firstOf.has(mark)) firstOf.set(mark, i);
    return mark;
  });
  const content = quickReadability(document, {
    serializer: (node) => node as DomElement,
    keepClasses: true,
    disableJSONLD: true,
    charThreshold: 200,
  })?.content;
  if (!content) return new Set();
  const survived = new Set(Array.from(content.querySelectorAll(`[${MARK}]`), (element) => element.getAttribute(MARK)));
  return new Set(candidates.filter((_, i) => survived.has(marks[i]!)));
}

/** Headings stay where something that they head stays. */
function withHeadings(candidates: readonly Candidate[], kept: ReadonlySet<Candidate>): Candidate[] {
  const result: Candidate[] = [];
  /** Least level of the headings since the last block that is kept, from behind; 0: there was none. */
  let open = Infinity;
  for (const candidate of candidates.toReversed()) {
    const { block } = candidate;
    if (block.kind !== 'heading') {
      if (!kept.has(candidate)) continue;
      open = Infinity;
      result.push(candidate);
    } else if (result.length > 0 && block.level < open) {
      result.push(candidate);
      open = block.level;
    } else if (kept.has(candidate)) result.push(candidate);
  }
  return result.reverse();
}

/** Of the blocks of a main part those that are mostly links and yet text of it: sentences, and what has text before and behind it. */
function linkedText(inside: readonly Candidate[]): Candidate[] {
  const isText = ({ block, linkDensity }: Candidate): boolean => block.kind !== 'heading' && linkDensity < LINKS;
  const [first, last] = [inside.findIndex(isText), inside.findLastIndex(isText)];
  return inside.filter(({ block, linkDensity }, i) => {
    if (linkDensity < LINKS || block.kind === 'list' || first === -1) return false;
    return (i > first && i < last) || (block.kind === 'paragraph' && /[\p{L}\p{N}]{2}[.!?。]$/u.test(block.text));
  });
}

/**
 * The blocks that are the article of a page, not what stands around it. The article is what the page names its main part,
 * else the part that holds most of what Readability finds, which by itself loses lists, definitions and short sections.
 */
export function findArticle(document: DomDocument, candidates: readonly Candidate[]): Candidate[] {
  const main = mainOf(document);
  const places = new Places(candidates);
  const textOf = (part: DomElement | undefined): Set<Candidate> =>
    new Set(candidates.filter((candidate) => candidate.linkDensity < LINKS && places.isTextOf(candidate, part)));
  const named = main ? textOf(main) : new Set<Candidate>();
  const isOwn = (candidate: Candidate): boolean =>
    places.isTextOf(candidate, undefined) || (main !== undefined && places.isIn(candidate, main));
  // With so much text in it, it is the article, whatever else could be found. What calls itself a menu or a popup does not count.
  if (main && named.size > 0 && sum(named) * 3 >= sum(candidates.filter(isOwn))) {
    const inside = candidates.filter((candidate) => places.isTextOf(candidate, main));
    for (const candidate of linkedText(inside)) named.add(candidate);
    return withHeadings(candidates, named);
  }
  const found = readable(document, candidates);
  if (main && sum(named) > 0 && sum(named) * 3 >= sum(found)) {
    for (const candidate of found) if (places.isIn(candidate, main)) named.add(candidate);
    return withHeadings(candidates, named);
  }
  // Too little to tell an article by: a short page is all text.
  const part = sum(found) < SHORT ? undefined : places.partOf(found);
  const kept = textOf(part);
  const own = [...found].filter((candidate) => places.isTextOf(candidate, part));
  for (const candidate of sum(kept) * 4 >= sum(found) ? own : found) kept.add(candidate);
  return withHeadings(candidates, kept);
}
