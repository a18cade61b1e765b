import { Readability } from '@mozilla/readability';
import type { Candidate } from './html-blocks.js';
import type { DomDocument, DomElement, DomNode } from './dom.js';

const MARK = 'data-sdg-block';

/** Names of what stands beside an article. */
const beside =
  /(?:^|[\s_-])(?:comments?|related|share|sharing|social|promo|sidebar|cookies?|newsletter|subscribe|breadcrumbs?|pager|pagination|advert|ads?|sponsored|recommend\w*|teaser|widget|banner|popup|modal|toc|navbox|menu|footer|masthead|login|signup|byline-social)(?:$|[\s_-])/i;

const lengthOf = ({ block }: Candidate): number =>
  block.kind === 'table' ? [block.header, ...block.rows].flat().reduce((sum, cell) => sum + cell.length, 0) : block.text.length;

const sum = (candidates: Iterable<Candidate>): number => {
  let length = 0;
  for (const candidate of candidates) if (candidate.block.kind !== 'heading') length += lengthOf(candidate);
  return length;
};

function isWithin(node: DomNode, ancestor: DomNode): boolean {
  for (let at: DomNode | null = node; at; at = at.parentNode) if (at === ancestor) return true;
  return false;
}

function isBeside(element: DomElement, root: DomNode | undefined): boolean {
  for (
    let at: DomElement | null = element;
    at && at !== root && at.localName !== 'body' && at.localName !== 'html';
    at = at.parentNode as DomElement | null
  ) {
    if (typeof at.getAttribute !== 'function') break;
    if (
      at.localName === 'aside' &&
      at.getAttribute('role') !== 'note' &&
      !/footnote|admonition|topic|note/.test(at.getAttribute('class') ?? '')
    )
      return true;
    if (beside.test(`${at.getAttribute('class') ?? ''} ${at.getAttribute('id') ?? ''}`)) return true;
  }
  return false;
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
  const reader = new Readability(document as never, {
    serializer: (node) => node as never,
    keepClasses: true,
    disableJSONLD: true,
    charThreshold: 200,
  });
  const content = reader.parse()?.content as unknown as DomElement | undefined;
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

/**
 * The blocks that are the article of a page, not what stands around it: what Readability finds, and where the page names
 * its main part, the text in there that does not only lead elsewhere.
 */
export function findArticle(document: DomDocument, candidates: readonly Candidate[]): Candidate[] {
  const main = mainOf(document);
  const isIn = new Set(main ? candidates.filter(({ element }) => isWithin(element, main)) : []);
  const noise = new Set(candidates.filter(({ element }) => isBeside(element, main)));
  const found = readable(document, candidates);
  const keep = new Set<Candidate>();
  if (main && sum(isIn) > 0) {
    for (const candidate of candidates) {
      if (isIn.has(candidate) && (found.has(candidate) || (!noise.has(candidate) && candidate.linkDensity < 0.5))) keep.add(candidate);
    }
    if (sum(keep) * 3 >= sum(found)) return withHeadings(candidates, keep);
    keep.clear();
  }
  if (sum(found) < 140) {
    // Too little to tell an article by: a short page is all text.
    for (const candidate of candidates)
      if (!noise.has(candidate) && (candidate.linkDensity < 0.5 || found.has(candidate))) keep.add(candidate);
    return withHeadings(candidates, keep);
  }
  const [first, last] = [
    candidates.findIndex((candidate) => found.has(candidate)),
    candidates.findLastIndex((candidate) => found.has(candidate)),
  ];
  const isMostly = sum(found) > 0.8 * sum(candidates);
  for (const [i, candidate] of candidates.entries()) {
    const isBetween = i > first && i < last && !noise.has(candidate) && candidate.linkDensity < 0.3;
    if (found.has(candidate) || (isBetween && (isMostly || /code|table|formula/.test(candidate.block.kind)))) keep.add(candidate);
  }
  return withHeadings(candidates, keep);
}
