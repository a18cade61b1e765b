import { strip } from '@sdg/python';
import { BETWEEN, LABEL, type Mark, type RatingHints } from './rating-forms.js';

/** Numbers in letters, by value. */
export const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
export const LETTERS = WORDS.join('|');

/** Whether there are two marks: no and yes. */
export const isTruth = (scale: RatingHints['scale']): boolean => scale?.min === 0 && scale.max === 1;

/** Words of a rubric that stand for a mark: `3: excellent, …`, `1 = wrong`, `good (2)`. */
function verdicts(rubric: string): Map<string, number> {
  const found = new Map<string, number>();
  const twice = new Set<string>();
  const add = (words: string, mark: string): void => {
    const key = strip(words.replace(/[*_"'“”]/gu, '')).toLowerCase();
    if (key === '' || key.split(/\s+/u).length > 4) return;
    if (found.has(key) && found.get(key) !== Number(mark)) twice.add(key);
    found.set(key, Number(mark));
  };
  for (const [, mark, words] of rubric.matchAll(
    /(?<![\p{L}\d.])(-?\d+)["')\]]*\s*(?:[:=]|[-–—]\s|\s*\()\s*([\p{L}][\p{L} '’-]{0,40}?)(?=\s*(?:[.,;:)\n(]|$))/gu,
  )) {
    add(words!, mark!);
  }
  for (const [, words, mark] of rubric.matchAll(/([\p{L}][\p{L}'’-]{1,30})["']?\s*(?:\(|=\s*)(-?\d+)\)?/gu)) add(words!, mark!);
  twice.forEach((word) => found.delete(word));
  return found;
}

/** What follows a number in letters. */
const OUT_OF = /(?<=^[a-z]+) (?:stars?|points?|out of [a-z]+|of [a-z]+)$/u;

const YES = /^(?:yes|true|pass(?:ed)?|correct|good)$/iu;
const NO = /^(?:no|false|fail(?:ed)?|incorrect|bad)$/iu;

/** A word in place of the mark: one of the rubric's, a number in letters; yes or no where there are two marks. */
export function verdict(text: string, { rubric, scale }: RatingHints): readonly Mark[] {
  const labelled = new RegExp(
    String.raw`${LABEL}${BETWEEN}[:=][^\p{L}\n]{0,20}([\p{L}][\p{L} '’-]{0,60})(?![\p{L} '’-]|[*_\]]*[,|\/] ?\[*(?:or )?(?:${LETTERS})\b)`,
    'giu',
  );
  const known = verdicts(rubric ?? '');
  const valueOf = (raw: string): number | undefined => {
    const word = strip(raw.replace(/^[^\p{L}]+/u, '').replace(/(?<=\p{L})[^\p{L}]+$/u, ''))
      .toLowerCase()
      .replace(OUT_OF, '');
    const value = known.get(word) ?? (WORDS.includes(word) ? WORDS.indexOf(word) : undefined);
    if (value !== undefined || !isTruth(scale)) return value;
    return YES.test(word) ? 1 : NO.test(word) ? 0 : undefined;
  };
  const marks = (said: readonly string[]): readonly Mark[] =>
    said.flatMap((raw) => {
      const value = valueOf(raw);
      return value === undefined ? [] : [{ value, isFinal: false }];
    });
  const behind = marks([...text.matchAll(labelled)].map((match) => match.at(-1)!));
  if (behind.length > 0) return behind;
  const last = text.split('\n').findLast((line) => strip(line) !== '');
  const found = last !== undefined && last.length < 100 ? marks([last]) : [];
  return found.length > 0 || !isTruth(scale) ? found : yesOrNo(text);
}

const SUBJECT = String.raw`(?:it|this|that|(?:the|this) (?:answer|response|claim|statement|summary|text|output|reply|pair|sample))`;
const GOOD =
  '(?:grounded|supported|faithful|correct|accurate|relevant|standalone|self-contained|valid|acceptable|appropriate|true|good|safe|right|' +
  'factual|consistent|complete|answerable|clear)';
const OF_WHAT =
  '(?: (?:by|in|with|to|from) (?:the |its )?(?:given |provided )?(?:context|document|source|text|passage|article|question|prompt|facts))?';
const WELL = '(?:(?:fully|completely|entirely|clearly|indeed|well) )?';
/** The one sentence that may follow: it says the same, plainly. What says more may take it back. */
const SAME = {
  yes: new RegExp(
    `^(?:${SUBJECT} (?:does|is|follows)|${SUBJECT} is ${WELL}${GOOD}${OF_WHAT}|${SUBJECT} (?:does )?follows?${OF_WHAT})?$`,
    'iu',
  ),
  no: new RegExp(
    `^(?:${SUBJECT} (?:does|is|did)(?: not|n['’]t)|${SUBJECT} is(?: not|n['’]t) ${WELL}${GOOD}${OF_WHAT}|` +
      `${SUBJECT} (?:does not|doesn['’]t) follow${OF_WHAT}|` +
      `${SUBJECT} is (?:unsupported|ungrounded|unfaithful|incorrect|inaccurate|irrelevant|wrong))?$`,
    'iu',
  ),
};

/** `Final answer: Yes`, the whole of the last line. */
const ANSWER =
  /^[^\p{L}]{0,20}(?:(?:final|my) )?(?:answer|decision|conclusion|result)[*_]{0,3} ?[:=][^\p{L}]{0,20}(yes|no|true|false)[^\p{L}\d]*$/iu;

/** `Yes, the answer is grounded.`: the word, and nothing but what repeats it. */
function yesOrNo(text: string): readonly Mark[] {
  const last = text.split('\n').findLast((line) => strip(line) !== '') ?? '';
  const answer = ANSWER.exec(last.slice(0, 100));
  if (answer) return [{ value: YES.test(answer[1]!) ? 1 : 0, isFinal: false }];
  const [, begins, rest] = /^[^\p{L}]{0,20}(yes|no)(?!\p{L})([\s\S]{0,120})$/iu.exec(text) ?? [];
  if (begins === undefined) return [];
  const isYes = YES.test(begins);
  const said = rest!.replace(/^[^\p{L}]+/u, '').replace(/[.!*_\s]{1,9}$/u, '');
  return SAME[isYes ? 'yes' : 'no'].test(said) ? [{ value: isYes ? 1 : 0, isFinal: false }] : [];
}
