import { asciiDigits, strip } from '@sdg/python';
import { findJson } from './llm/find-json.js';

/** What a judge's reply says: a number, or why none can be read off it. */
export type Rating = { readonly rating: number } | { readonly problem: string };

/** What is known of the marks that were asked for. */
export interface RatingHints {
  /** The least and the greatest mark. A fraction of another whole is none of them. */
  readonly scale?: { readonly min: number; readonly max: number } | undefined;
  /** What the judge was told: words that it gives for marks (`3 = excellent`) may stand for them. */
  readonly rubric?: string | undefined;
}

const N = String.raw`-?\d+(?:[.,]\d+)?`;
/** Words for the number, in languages that judges fall into. */
const NOUNS =
  'ratings?|scores?|grades?|marks?|verdict|judge?ment|points?|评分|評分|评价|評価|得分|分数|分數|打分|評点|点数|점수|평점|평가|оценка|рейтинг|балл|' +
  'bewertung|note|notation|puntuación|puntuacion|calificación|calificacion|puntaje|valutazione|punteggio|voto|avaliação|' +
  'avaliacao|nota|pontuação|beoordeling|ocena|puan|değerlendirme|đánh giá|điểm|betyg|التقييم|الدرجة|रेटिंग|अंक';
const LABEL =
  String.raw`(?<![\p{L}\p{N}_])(?<final>(?:final|overall|total|gesamt\p{L}*|finale?|总体|最终|総合)[ \t_-]*)?(?:${NOUNS})(?![\p{L}\p{N}])` +
  String.raw`(?:[ \t]+(?:final\p{L}*|general|global\p{L}*|totale?))?`;
/** What may stand between a word and its number: marks, a scale in parentheses, is, as, of. */
const BETWEEN =
  String.raw`[*_\x60"'”’ \t]*(?:\([^()\n]{0,40}\)|\[[^[\]\n]{0,20}-[^[\]\n]{0,20}\]|(?:on (?:a )?scale )?(?:(?:from|of)\s+)?\[*\d+\]*\s*` +
  String.raw`(?:to|[-–])\s*\[*\d+` +
  String.raw`\]*)?[*_\x60"'”’ \t]*`;
/** Words for points that follow a number without a space. */
const COUNTERS = '[分점点點星]';
/** The number as models set it off. A range, a date or a list's number is none. */
const VALUE =
  String.raw`[[({<*_\x60"'“‘ \t]*(?:\\boxed\{)?(?<n>${N})(?![\d%]|[.,]\d|(?!${COUNTERS})\p{L}|` +
  String.raw`\s*(?:[-–—]|or\b|to\b|或|～|~)\s*\d)(?:[*_\x60\])}> \t]*(?:` +
  String.raw`\/|out of|of|von|sur|de|su|из|van)[ \t]*[*_[]*(?<whole>\d+(?:\.\d+)?))?`;
const BRACKETS = String.raw`(?<n>${N})(?:\s*\/\s*(?<whole>\d+))?`;

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A mark found in a reply. */
interface Mark {
  readonly value: number;
  readonly isFinal: boolean;
}

const numberOf = (text: string): number => Number(text.replace(',', '.'));

const LETTERS = WORDS.join('|');
/** A number in letters where a mark is given: `four out of five`, `deserves a four`. */
const IN_LETTERS = new RegExp(
  String.raw`\b(?:${LETTERS})\b(?=\s+(?:out of|stars?\b|points?\b))|(?<=\bout of )(?:${LETTERS})\b|` +
    String.raw`(?<=\b(?:deserves|gets|earns|(?:give|giving|rate|award)(?: it| this)?(?: as)?) (?:an? )?)(?:${LETTERS})\b(?=[.!,;]|\s*$)`,
  'gimu',
);

/** Marks that one form finds; of a fraction of another whole than the scale's nothing is taken. */
function marksOf(text: string, form: RegExp, { scale }: RatingHints): Mark[] {
  return [...text.matchAll(form)].flatMap(({ groups, index }): Mark[] => {
    const { n, whole, final, word } = groups!;
    if (n === undefined && word === undefined) return [];
    if (whole !== undefined && scale && Number(whole) !== scale.max) return [];
    // "I cannot give a rating of 5": prose may say what the mark is not.
    if (
      /(?:\b(?:not|never|cannot|no|without|nor|if|would need)|n['’]t)\b[^.,;!?\n]{0,30}$/iu.test(text.slice(Math.max(0, index - 40), index))
    ) {
      return [];
    }
    return [{ value: n === undefined ? WORDS.indexOf(word!.toLowerCase()) : numberOf(n), isFinal: final !== undefined }];
  });
}

const KEYS = new RegExp(`^(?:(?:final|overall|total)?[ _-]*(?:${NOUNS})|overall|total)$`, 'iu');

/** The mark in a JSON value, below a key that says so. */
function markIn(value: unknown): Mark[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, mark]): Mark[] => {
    if (!KEYS.test(strip(key))) return [];
    const isFinal = /^(?:final|overall|total)/iu.test(key);
    if (typeof mark === 'number') return [{ value: mark, isFinal }];
    const inner: unknown = typeof mark === 'object' && mark !== null ? (mark as Readonly<Record<string, unknown>>)['value'] : undefined;
    if (typeof inner === 'number') return [{ value: inner, isFinal }];
    const read = typeof mark === 'string' ? new RegExp(String.raw`^\s*\[*(${N})\]*(?:\s*\/\s*\d+)?\s*$`, 'u').exec(mark)?.[1] : undefined;
    return read === undefined ? [] : [{ value: numberOf(read), isFinal }];
  });
}

/** Stars, where the reply shows them in a row: filled ones count. One beside a number is its unit. */
function stars(text: string): Mark[] {
  const beside = /(?<![\p{L}\d.])(?:(\d{1,2}) ?[★⭐]|[★⭐]\ufe0f? ?(\d{1,2}))(?![\d★⭐])/u.exec(text);
  if (beside) return [{ value: Number(beside[1] ?? beside[2]), isFinal: false }];
  const [row] = /[★⭐](?:[★⭐☆ ]|\ufe0f)*/u.exec(text) ?? [];
  return row === undefined ? [] : [{ value: row.match(/[★⭐]/gu)!.length, isFinal: false }];
}

/** A line with a number and hardly anything else: `4`, `**4/5**`, `is: 1`, `[[3]]`. */
function bare(line: string, hints: RatingHints): Mark[] {
  const [, n, whole] =
    new RegExp(
      String.raw`^[^\p{L}\d-]*(?:[\p{L}]{1,12}[ \t]*[:=]|i(?: would|['’]d) (?:say|go with|give)[ \t]*[:=]?|is|so|thus|hence|` +
        String.raw`(?:it|that|this)(?: is|['’]s)|->|=>|=|#)?,?(?:[ \t]*\ban?\b)?[^\p{L}\d-]{0,6}(${N})` +
        String.raw`[^\p{L}\d\/%-]*(?:(?:\/|out of|of)\s*(\d+))?(?:${COUNTERS}|[ \t]*(?:stars?|points?|pts))?[^\p{L}\d%]*$`,
      'iu',
    ).exec(line.replace(/<\/?(?:b|strong|em|answer|p)>/gu, '')) ?? [];
  if (n === undefined || (whole !== undefined && hints.scale && Number(whole) !== hints.scale.max)) return [];
  return [{ value: numberOf(n), isFinal: false }];
}

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
function verdict(text: string, { rubric, scale }: RatingHints): Mark[] {
  const labelled = new RegExp(String.raw`${LABEL}${BETWEEN}[:=][^\p{L}\n]*([\p{L}][\p{L} '’-]*)`, 'giu');
  const lines = text.split('\n').map(strip).filter(Boolean);
  const said = [...[...text.matchAll(labelled)].map((match) => match.at(-1)!), ...(lines.length > 0 ? [lines.at(-1)!] : [])];
  const known = verdicts(rubric ?? '');
  for (const raw of said) {
    const word = strip(raw.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
      .toLowerCase()
      .replace(OUT_OF, '');
    const value = known.get(word) ?? (WORDS.includes(word) ? WORDS.indexOf(word) : undefined);
    if (value !== undefined) return [{ value, isFinal: false }];
    if (isTruth(scale) && (YES.test(word) || NO.test(word))) return [{ value: YES.test(word) ? 1 : 0, isFinal: false }];
  }
  return isTruth(scale) ? yesOrNo(text) : [];
}

const isTruth = (scale: RatingHints['scale']): boolean => scale?.min === 0 && scale.max === 1;

/** `Yes, the answer is grounded.`, unless something speaks against it. */
function yesOrNo(text: string): Mark[] {
  const [, begins] = /^[^\p{L}]*(yes|no)[*_]*(?:[,.;:!]|[ \t]+[-–—])/iu.exec(text) ?? [];
  if (begins === undefined || /\b(?:but|however|although|except)\b/iu.test(text)) return [];
  return [{ value: YES.test(begins) ? 1 : 0, isFinal: false }];
}

/** Ways to write a mark, the plainest first: where one finds any, the others are not asked. */
const forms: readonly ((text: string, hints: RatingHints) => readonly Mark[])[] = [
  // `Rating: [[n]]` is what was asked for. Single brackets have other uses: they stand close by.
  (text, hints) =>
    marksOf(text, new RegExp(String.raw`${LABEL}(?:[*_ \t]*\([^()\n]{0,40}\))?[^[\]]{0,60}?\[\[\s*${BRACKETS}\s*\]\]`, 'giu'), hints),
  (text) =>
    findJson(text)
      .pieces.map(({ value }) => markIn(value))
      .findLast(({ length }) => length > 0) ?? [],
  (text, hints) => marksOf(text, new RegExp(String.raw`<(?<tag>\w*(?:rating|score|grade|mark))>\s*${BRACKETS}\s*</\k<tag>>`, 'giu'), hints),
  // `Overall: 4/5` behind the marks of single criteria.
  (text, hints) =>
    marksOf(
      text,
      new RegExp(
        String.raw`^[\s#>*_|-]*(?:overall|total|final|gesamt|总体|总分|総合)[*_]*[ \t]*[:：=|]${BETWEEN}\s*${VALUE}(?=[*_|.\s]*$)`,
        'gimu',
      ),
      hints,
    ),
  (text, hints) =>
    marksOf(
      text,
      new RegExp(
        String.raw`${LABEL}${BETWEEN}(?:[:=→|]|->|=>|[-–—](?=\s)|\bis(?:\s*:)?)${BETWEEN}\s*(?:[-•][ \t]+)?(?:an?\s+)?` +
          String.raw`(?:(?:about|solid|strong|` +
          String.raw`clear|weak|around)\s+)?${VALUE}`,
        'giu',
      ),
      hints,
    ),
  (text, hints) => marksOf(text, new RegExp(String.raw`${LABEL}[*_ \t]*(?:of|as|is|would be|=)?\s*(?:a\s+)?${VALUE}`, 'giu'), hints),
  (text, hints) => marksOf(text, new RegExp(String.raw`${LABEL}[^\n\d]{0,20}\((?<n>${N})(?:\s*\/\s*(?<whole>\d+))?\)`, 'giu'), hints),
  // Prometheus; Chinese.
  (text, hints) => marksOf(text, /\[RESULT\][ \t:]*\(?(?<n>\d+(?:\.\d+)?)(?![\p{L}\d%]|[.,]\d)/giu, hints),
  (text, hints) => marksOf(text, /[给給打评評为為是][ \t]*(?<n>\d+(?:\.\d+)?)[ \t]*分/gu, hints),
  (text, hints) => marksOf(text, /\\boxed\{\s*(?<n>-?\d+(?:\.\d+)?)\s*(?:\/\s*(?<whole>\d+))?\}/giu, hints),
  (text, hints) => marksOf(text, /\[\[\s*(?<n>-?\d+(?:\.\d+)?)\s*(?:\/\s*(?<whole>\d+)\s*)?\]\]/giu, hints),
  (text, hints) =>
    hints.scale
      ? marksOf(
          text,
          // "4 out of 5 causes" counts something else.
          /(?<![\d./])(?<n>\d+(?:[.,]\d+)?)[*_]*\s*(?:stars?\s*|points?\s*)?(?:\/|out of|von|sur|su|из)\s*[*_]*(?<whole>\d+)(?![\d/])(?![*_]*[ \t]+(?!(?:stars?|points?|overall|because|since|for|as|on|due|in|and|but|with|given|based|here|is|seems|on)\b)\p{L})/giu,
          hints,
        )
      : [],
  (text, hints) =>
    marksOf(
      text,
      /\b(?:rate[ds]?|gi(?:ve|ving|ven)|gave|score[ds]?|assign(?:ed)?|award(?:ed)?|deserves)\b[^.!?\n\d]{0,40}?\b(?:an?\s+)?[*_[(]*(?<n>\d+(?:[.,]\d+)?)(?![\p{L}\d%]|[-–—]\d)[*_\])]*(?=\s*(?:points?|stars?|out of|$|[.,;:!)\n]|because|since|for|as|on))/giu,
      hints,
    ),
  (text, hints) =>
    marksOf(
      text,
      /\bon a scale\b[^.\n]{0,20}?\d+\s*(?:to|[-–])\s*\d+[^.\n]{0,60}?\b(?:is|be|gets?|deserves?|rates?|give|say)\s+(?:it\s+)?(?:an?\s+)?[*_[]*(?<n>\d+(?:[.,]\d+)?)(?![\p{L}\d%]|[-–—]\d)/giu,
      hints,
    ),
  // `4 (good)`, `4, because …`, `4: …`, at the beginning of a reply whose other lines begin otherwise.
  (text, hints) =>
    /\n[ \t]*\d/u.test(text)
      ? []
      : marksOf(
          text,
          /^[*_ \t]*(?<n>\d{1,2})(?:[ \t]*\/[ \t]*(?<whole>\d+))?[*_]*(?:[ \t]*\(\p{L}[^()\n]{0,40}\)[*_.]*(?=\n|$)|,? (?:because|since)\b|(?:[ \t]+[-–—]|:)[ \t]+(?=\p{L}))/giu,
          hints,
        ),
  // `4 - Good`, `Good (4)`: a whole line.
  (text, hints) => marksOf(text, /^[*_ \t]*(?<n>[0-9]{1,2})[*_]*[ \t]*[-–—:][ \t]*[*_]*\p{Lu}[\p{L} ]{2,20}[*_.]*$/gmu, hints),
  (text, hints) => marksOf(text, /^[*_ \t]*\p{Lu}[\p{L} ]{2,20}[*_]*[ \t]*[([](?<n>[0-9]{1,2})[)\]][*_.]*$/gmu, hints),
  (text) => stars(text),
  (text, hints) => {
    const lines = text
      .split('\n')
      .map(strip)
      .filter((line) => /[\p{L}\p{N}]/u.test(line));
    const ends = lines.length > 1 ? [lines[0]!, lines.at(-1)!] : lines;
    return ends.flatMap((line) => (/^\d+\)$/u.test(line) || (lines.length > 1 && /^\d+\.$/u.test(line)) ? [] : bare(line, hints)));
  },
  (text, hints) => verdict(text, hints),
];

/**
 * Reads the mark off a judge's reply, in whatever form models write one: `Rating: [[4]]`, `**Rating:** 4/5`, JSON, `4`,
 * `評分：５`, a word that the rubric gives for a mark. The plainest form that occurs decides. A reply may repeat itself,
 * but not contradict itself, unless it calls one mark its final one. What the model thought is not to be in the text.
 *
 * @example parseRating('I would give this a 4 out of 5.', { scale: { min: 1, max: 5 } }) // { rating: 4 }
 */
export function parseRating(reply: string, hints: RatingHints = {}): Rating {
  const text = asciiDigits(reply.normalize('NFKC'))
    .replaceAll('【', '[')
    .replaceAll('】', ']')
    .replace(/\u2212(?=\d)/gu, '-')
    .replace(/\\text(?:bf|it|rm)?\{([^{}]*)\}/gu, '$1')
    .replace(IN_LETTERS, (word) => String(WORDS.indexOf(word.toLowerCase())))
    .replace(/(?<=[:为為是给給打][ \t]*)[一二三四五六七八九](?=[ \t]*(?:分|$))/gmu, (digit) =>
      String('一二三四五六七八九'.indexOf(digit) + 1),
    );
  for (const form of forms) {
    const marks = form(text, hints);
    const final = marks.filter(({ isFinal }) => isFinal);
    const values = [...new Set((final.length > 0 ? final : marks).map(({ value }) => value))];
    if (values.length === 1) return { rating: values[0]! };
    if (values.length > 1) return { problem: `the reply gives several ratings: ${values.join(', ')}` };
  }
  return { problem: 'the reply has no "Rating: [[n]]"' };
}

/** Members of a JSON reply in which a judge gives its reasons. */
const REASONS = /^(?:explanation|reason(?:s|ing)?|rationale|justification|feedback|comments?|evaluation|analysis|解释|理由)$/iu;

/** A judge's reasons: what it wrote besides the mark. */
export function reasonsOf(reply: string): string {
  const object = findJson(reply).pieces.findLast(({ value }) => markIn(value).length > 0)?.value as
    Readonly<Record<string, unknown>> | undefined;
  const given = Object.entries(object ?? {}).find(([key, value]) => REASONS.test(strip(key)) && typeof value === 'string');
  if (given) return strip(given[1] as string);
  const mark = new RegExp(String.raw`^[ \t#>*_-]*${LABEL}[^\n]{0,80}$`, 'giu');
  const lines = reply.split('\n');
  const isMark = (line: string): boolean => new RegExp(mark.source, 'iu').test(line.normalize('NFKC')) && /\p{Nd}/u.test(line);
  const kept = lines.filter((line, i) => !((i === 0 || i >= lines.length - 2) && isMark(line)));
  return strip(kept.join('\n'));
}
