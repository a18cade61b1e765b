import { promptOf, soughtBy, type Asked } from './split-text.js';
import { isInSentence, isQuoted } from './spoken-of.js';
import { MARKS } from './thinking-marks.js';

/** A mark in a text: of which kind, whether it closes, and where it stands. */
export interface FoundMark {
  readonly kind: number;
  readonly closes: boolean;
  readonly at: number;
  readonly end: number;
}

const marksOf = (marks: typeof MARKS): RegExp => new RegExp(marks.map(({ open, close }) => `(${open})|(${close})`).join('|'), 'giu');
/** Those that count wherever they stand, which come first; and with the words that only begin a text, which are dear to look for. */
const TAGS = marksOf(MARKS.filter(({ closed }) => !closed));
const ANY_MARK = marksOf(MARKS);
const BEGINS = new RegExp(
  `^\\s*(?:${MARKS.filter(({ closed }) => closed)
    .map(({ open }) => open)
    .join('|')})`,
  'iu',
);
const eachMark = MARKS.map(({ open, close }) => new RegExp(`${open}|${close}`, 'iu'));

/** Whether a pipeline looks for marks of a kind, or its prompt speaks of them. */
function wordOn(kind: number, request: Asked): 'sought' | 'spoken of' | undefined {
  const mark = eachMark[kind]!;
  if (mark.test(soughtBy(request))) return 'sought';
  return mark.test(promptOf(request)) ? 'spoken of' : undefined;
}

/** Whether a pair of marks stands in quotes as a whole: `"<think>.*?</think>"`. */
const isQuotedPair = (text: string, open: FoundMark | undefined, close: FoundMark | undefined): boolean =>
  open !== undefined &&
  close?.kind === open.kind &&
  !open.closes &&
  close.closes &&
  !text.slice(open.at, close.at).includes('\n') &&
  isQuoted(text, open.at, close.end);

/**
 * The marks in a text that are neither spoken of in quotes nor asked for: what those that a pipeline looks for enclose is
 * an answer; those that its prompt speaks of are thinking at the start of a text alone, or an answer where their words
 * mean other things too.
 */
export function marksIn(text: string, request: Asked | undefined): FoundMark[] {
  const marks = BEGINS.test(text) ? ANY_MARK : TAGS;
  // Most texts have none: `matchAll` begins with a copy of the expression.
  if (text.search(marks) < 0) return [];
  const all = [...text.matchAll(marks)].map((match): FoundMark => {
    const group = match.slice(1).findIndex((found) => found !== undefined);
    return { kind: group >> 1, closes: group % 2 === 1, at: match.index, end: match.index + match[0].length };
  });
  const words = new Map(all.map(({ kind }) => [kind, request && wordOn(kind, request)]));
  return all.filter((mark, i) => {
    if (isQuoted(text, mark.at, mark.end) || isQuotedPair(text, mark, all[i + 1]) || isQuotedPair(text, all[i - 1], mark)) return false;
    if (request && mark.closes && isInValue(text, mark, request)) return false;
    const word = words.get(mark.kind);
    if (word === 'sought' || (word && MARKS[mark.kind]!.atStart)) return false;
    return !word || text.slice(0, all.find(({ kind }) => kind === mark.kind)!.at).trim() === '' || (mark.closes && !hasOpening(all, mark));
  });
}

/**
 * Whether a mark stands in a sentence between two tags that the pipeline looks for: a value that speaks of it. A draft would end
 * with it, and the next tag begin another value.
 */
function isInValue(text: string, { at, end }: FoundMark, { contract }: Asked): boolean {
  const [starts, ends] = [contract?.startTags ?? [], contract?.endTags ?? []].map((tags) => tags.filter((tag) => tag !== ''));
  const last = (tags: readonly string[]): number => Math.max(-1, ...tags.map((tag) => text.lastIndexOf(tag, at)));
  const next = (tags: readonly string[]): number =>
    Math.min(...tags.map((tag) => text.indexOf(tag, end)).filter((found) => found >= 0), Number.POSITIVE_INFINITY);
  return last(starts!) > last(ends!) && next(ends!) < next(starts!) && isInSentence(text, at, end);
}

export const hasOpening = (all: readonly FoundMark[], { kind }: FoundMark): boolean =>
  all.some((mark) => mark.kind === kind && !mark.closes);
