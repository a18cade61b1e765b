import { asciiDigits, strip } from '@sdg/python';
import { findJson } from './llm/find-json.js';
import { askedForm, type Form, LABEL, type Mark, NOUNS, proseForms, type RatingHints } from './rating-forms.js';
import { isTruth, LETTERS, verdict, WORDS } from './rating-words.js';

export type { RatingHints } from './rating-forms.js';

/** What a judge's reply says: a number, or why none can be read off it. */
export type Rating = { readonly rating: number } | { readonly problem: string };

/** A number in letters where a mark may be given: `four out of five`, `deserves a four`. */
const IN_LETTERS = new RegExp(
  String.raw`\b(?:${LETTERS})\b(?= out of )|(?<=\bout of )(?:${LETTERS})\b|` +
    String.raw`(?<=\b(?:deserves|gets|earns|(?:give|giving|rate|award)(?: it| this)?(?: as)?) (?:an? )?)(?:${LETTERS})\b(?=[.!,;]|\s*$)`,
  'gimu',
);

const unreadable: readonly Mark[] = [{ value: NaN, isFinal: false }];

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
  const { scale } = hints;
  const orders = [KEYS, /^overall$/iu, ...(isTruth(scale) ? [/^(?:answer|decision|label)$/iu] : [])];
  const marks = orders.map(below).find(({ length }) => length > 0) ?? [];
  const isOther = members.some(
    ([key, most]) =>
      typeof most === 'number' && scale && most !== scale.max && (MOST.test(key) || (/^total$/iu.test(key) && most !== marks[0]?.value)),
  );
  if (marks.length > 0 && isOther) return unreadable;
  if (marks.length > 0 || members.length !== 1 || /s$/iu.test(members[0]![0])) return marks;
  return markIn(members[0]![1], hints);
}

/** The marks of JSON values. Where the reply is nothing but an object without one, no other form finds any. */
const inJson: Form = (text, hints) => {
  const { pieces } = findJson(text);
  const marks = pieces.flatMap(({ value }) => markIn(value, hints));
  if (marks.length > 0) return marks;
  const isAll = /^(?:```\w*)?\s*\{/u.test(text) && /\}\s*(?:```)?\s*$/u.test(text);
  return isAll && pieces.length === 1 && isObject(pieces[0]!.value) && Object.keys(pieces[0]!.value).some((key) => /\p{L}/u.test(key))
    ? unreadable
    : [];
};

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

/** Text without what it quotes of others: whole lines of it, and words in quotation marks with a number among them. */
const unquoted = (text: string): string =>
  text.replace(/^>[^\n]*\n+(?!>)(?=[^\n]*\p{L})/gmu, '\n').replace(/[^\n]+/gu, (line) => {
    const bare = line.replace(QUOTED, ' ');
    return bare.length < line.length && /\p{L}{2,}\P{L}+\p{L}{2,}/u.test(bare)
      ? line.replace(QUOTED, (quoted) => (/\p{L}/u.test(quoted) && /\d/u.test(quoted) ? '…' : quoted))
      : line;
  });
const QUOTED = /"[^"\n]{1,300}"|“[^”\n]{1,300}”|«[^»\n]{1,300}»|„[^“”\n]{1,300}[“”]|‘[^’\n]{1,300}’|「[^」\n]{1,300}」|`[^`\n]{1,300}`/gu;

/** A reply in plain characters: digits of ASCII, one blank for many, numbers in letters as digits where marks are given. */
const plain = (reply: string): string =>
  asciiDigits(
    reply
      .replace(/(\d?) ?([½¼¾])/gu, (_, whole: string, part: string) => `${whole || '0'}${{ '½': '.5', '¼': '.25' }[part] ?? '.75'}`)
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
  const text = plain(reply);
  const prose = unquoted(text);
  const inProse =
    (form: Form): Form =>
    (_, known) =>
      form(prose, known);
  return readText(text, [inProse(askedForm), inJson, ...[...proseForms, verdict].map(inProse)], hints);
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
