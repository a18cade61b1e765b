import { asciiDigits, strip } from '@sdg/python';
import { findJson } from './llm/find-json.js';
import { askedForm, BETWEEN, type Form, LABEL, type Mark, NOUNS, proseForms, type RatingHints } from './rating-forms.js';

export type { RatingHints } from './rating-forms.js';

/** What a judge's reply says: a number, or why none can be read off it. */
export type Rating = { readonly rating: number } | { readonly problem: string };

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const LETTERS = WORDS.join('|');
/** A number in letters where a mark may be given: `four out of five`, `deserves a four`. */
const IN_LETTERS = new RegExp(
  String.raw`\b(?:${LETTERS})\b(?= out of )|(?<=\bout of )(?:${LETTERS})\b|` +
    String.raw`(?<=\b(?:deserves|gets|earns|(?:give|giving|rate|award)(?: it| this)?(?: as)?) (?:an? )?)(?:${LETTERS})\b(?=[.!,;]|\s*$)`,
  'gimu',
);

const unreadable: readonly Mark[] = [{ value: NaN, isFinal: false }];
const isTruth = (scale: RatingHints['scale']): boolean => scale?.min === 0 && scale.max === 1;

const KEYS = new RegExp(`^(?:(?:final|overall|total)?[ _-]*(?:${NOUNS}))$`, 'iu');
const MOST = /^(?:out[ _-]?of|max(?:imum)?(?:[ _-]?(?:score|rating|points?|marks?))?)$/iu;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** The mark that one member of an object has for its value; other words than a number are read as behind `Rating:`. */
function markOf(value: unknown, hints: RatingHints): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return isTruth(hints.scale) ? Number(value) : undefined;
  if (typeof value !== 'string' || value.length > 80) return undefined;
  const read = readText(`Rating: ${strip(value)}`, [...proseForms, verdict], hints);
  return 'rating' in read ? read.rating : NaN;
}

/** The mark in a JSON value, below a key that says so: `rating` rather than `overall`; a `total` alone may count anything. */
function markIn(value: unknown, hints: RatingHints): readonly Mark[] {
  if (!isObject(value)) return [];
  const members = Object.entries(value).map(([key, mark]) => [strip(key), mark] as const);
  const below = (keys: RegExp): readonly Mark[] =>
    members.flatMap(([key, mark]): readonly Mark[] => {
      if (!keys.test(key)) return [];
      if (isObject(mark)) {
        const inner = 'value' in mark ? { rating: mark['value'], max: mark['max'] } : mark;
        return /s$/iu.test(key) ? [] : markIn(inner, hints);
      }
      const read = markOf(mark, hints);
      return read === undefined ? [] : [{ value: read, isFinal: /^(?:final|overall)/iu.test(key) }];
    });
  const [first, second] = [below(KEYS), below(/^overall$/iu)];
  const marks = first.length > 0 ? first : second;
  const { scale } = hints;
  const isOther = members.some(([key, most]) => MOST.test(key) && typeof most === 'number' && scale && most !== scale.max);
  if (marks.length > 0 && isOther) return unreadable;
  if (marks.length > 0 || members.length !== 1 || /s$/iu.test(members[0]![0])) return marks;
  return markIn(members[0]![1], hints);
}

/** The last JSON value that has a mark. Where the reply is nothing but an object without one, no other form finds any. */
const inJson: Form = (text, hints) => {
  const { pieces } = findJson(text);
  const marks = pieces.map(({ value }) => markIn(value, hints)).findLast(({ length }) => length > 0);
  if (marks) return marks;
  const isAll = /^(?:```\w*)?\s*\{/u.test(text) && /\}\s*(?:```)?\s*$/u.test(text);
  return isAll && pieces.length === 1 && isObject(pieces[0]!.value) && Object.keys(pieces[0]!.value).some((key) => /\p{L}/u.test(key))
    ? unreadable
    : [];
};

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
function verdict(text: string, { rubric, scale }: RatingHints): readonly Mark[] {
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

/** `Yes, the answer is grounded.`: the word, and nothing but what repeats it. */
function yesOrNo(text: string): readonly Mark[] {
  const [, begins, rest] = /^[^\p{L}]{0,20}(yes|no)(?!\p{L})([\s\S]{0,120})$/iu.exec(text) ?? [];
  if (begins === undefined) return [];
  const isYes = YES.test(begins);
  const said = rest!.replace(/^[^\p{L}]+/u, '').replace(/[.!*_\s]{1,9}$/u, '');
  return SAME[isYes ? 'yes' : 'no'].test(said) ? [{ value: isYes ? 1 : 0, isFinal: false }] : [];
}

/** The mark by the first of the forms that finds any. */
function readText(text: string, forms: readonly Form[], hints: RatingHints): Rating {
  for (const form of forms) {
    const marks = form(text, hints);
    const final = marks.filter(({ isFinal }) => isFinal);
    const values = [...new Set((final.length > 0 ? final : marks).map(({ value }) => value))];
    if (values.length > 0 && values.every(Number.isNaN)) break;
    if (values.length === 1) return { rating: values[0]! };
    const named = values.map((value) => (Number.isNaN(value) ? 'one of another scale' : value));
    if (values.length > 1) return { problem: `the reply gives several ratings: ${named.join(', ')}` };
  }
  return { problem: 'the reply has no "Rating: [[n]]"' };
}

/** A reply in plain characters: digits of ASCII, one blank for many, numbers in letters as digits where marks are given. */
const plain = (reply: string): string =>
  asciiDigits(
    reply
      .replace(/[½¼¾]/gu, (part) => ({ '½': '.5', '¼': '.25' })[part] ?? '.75')
      .replace(/[⁰¹²³⁴-⁹]+|\d*[⅐-⅞]/gu, '')
      .normalize('NFKC'),
  )
    // Runs of blanks would be tried at every one of them.
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/\n(?: ?\n)+/gu, '\n\n')
    .trim()
    .replaceAll('【', '[')
    .replaceAll('】', ']')
    .replace(/\u2212(?=\d)/gu, '-')
    .replace(/\\text(?:bf|it|rm)?\{([^{}]{0,200})\}/gu, '$1')
    .replace(IN_LETTERS, (word) => String(WORDS.indexOf(word.toLowerCase())))
    .replace(/(?<=[:为為是给給打] ?)[一二三四五六七八九](?= ?(?:分|$))/gmu, (digit) => String('一二三四五六七八九'.indexOf(digit) + 1));

/**
 * Reads the mark off a judge's reply, in whatever form models write one: `Rating: [[4]]`, `**Rating:** 4/5`, JSON, `4`,
 * `評分：５`, a word that the rubric gives for a mark. The plainest form that occurs decides. A reply may repeat itself,
 * but not contradict itself, unless it calls one mark its final one. What the model thought is not to be in the text.
 *
 * @example parseRating('I would give this a 4 out of 5.', { scale: { min: 1, max: 5 } }) // { rating: 4 }
 */
export function parseRating(reply: string, hints: RatingHints = {}): Rating {
  return readText(plain(reply), [askedForm, inJson, ...proseForms, verdict], hints);
}

/** Members of a JSON reply in which a judge gives its reasons. */
const REASONS = /^(?:explanation|reason(?:s|ing)?|rationale|justification|feedback|comments?|evaluation|analysis|解释|理由)$/iu;

/** A judge's reasons: what it wrote besides the mark. */
export function reasonsOf(reply: string): string {
  const object = findJson(reply).pieces.findLast(({ value }) => markIn(value, {}).length > 0)?.value as
    Readonly<Record<string, unknown>> | undefined;
  const given = Object.entries(object ?? {}).find(([key, value]) => REASONS.test(strip(key)) && typeof value === 'string');
  if (given) return strip(given[1] as string);
  const mark = new RegExp(String.raw`^[ \t#>*_-]*${LABEL}[^\n]{0,80}$`, 'giu');
  const lines = reply.split('\n');
  const isMark = (line: string): boolean => new RegExp(mark.source, 'iu').test(line.normalize('NFKC')) && /\p{Nd}/u.test(line);
  const kept = lines.filter((line, i) => !((i === 0 || i >= lines.length - 2) && isMark(line)));
  return strip(kept.join('\n'));
}
