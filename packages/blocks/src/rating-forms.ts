import { sumOf } from '@sdg/core';
/** What is known of the marks that were asked for. */
export interface RatingHints {
  /** The least and the greatest mark. A fraction of another whole is none of them. */
  readonly scale?: { readonly min: number; readonly max: number } | undefined;
  /** What the judge was told: words that it gives for marks (`3 = excellent`) may stand for them. */
  readonly rubric?: string | undefined;
}

/** A mark found in a reply; NaN is one of another scale, or one that is not to be read: nothing else is then, either. */
export interface Mark {
  readonly value: number;
  readonly isFinal: boolean;
}

/** One way to write a mark: all that are written so in a text. */
export type Form = (text: string, hints: RatingHints) => readonly Mark[];

const N = String.raw`-?\d+(?:\.\d+|,\d{1,2}(?!\d))?`;
/** Words for the number, in languages that judges fall into. */
export const NOUNS =
  'ratings?|scores?|grades?|marks?|verdict|judge?ment|points?|评分|評分|评价|評価|得分|分数|分數|打分|評点|点数|점수|평점|평가|оценка|рейтинг|балл|' +
  'bewertung|punktzahl|punkte|note|notation|puntuación|puntuacion|calificación|calificacion|puntaje|valutazione|punteggio|voto|avaliação|' +
  'avaliacao|nota|pontuação|beoordeling|ocena|puan|değerlendirme|đánh giá|điểm|betyg|التقييم|الدرجة|रेटिंग|अंक';
export const LABEL =
  String.raw`(?<![\p{L}\p{N}_])(?<final>(?:final|overall|total|gesamt\p{L}*|finale?|总体|最终|総合)[ _-]*)?(?<noun>${NOUNS})(?![\p{L}\p{N}])` +
  String.raw`(?: +(?:final\p{L}*|general|global\p{L}*|totale?))?`;
/** What may stand between a word and its number: marks, a scale in parentheses, is, as, of. */
export const BETWEEN =
  String.raw`[*_\x60"'”’ ]*(?:\([^()\n]{0,40}\)|\[[^[\]\n]{0,20}-[^[\]\n]{0,20}\]|(?:on (?:a )?scale )?(?:(?:from|of)\s+)?\[*\d+\]*\s*` +
  String.raw`(?:to|[-–])\s*\[*\d+\]*)?[*_\x60"'”’ ]*`;
/** Words for points that follow a number without a space: points, not minutes. */
const COUNTERS = '[分점点點星](?![钟鐘之球の])';
/** Behind a number that is one of several: a template, a choice, a list. */
const OTHERS =
  String.raw`[*_\]\x60"']* ?(?:[|,、，&]|or\b|and\b)? ?(?:maybe |perhaps |possibly |or )?[*_(\[\x60"']*(?<![\d.])\d|[*_\]\x60"']* ?[|] ?\d|` +
  // A sum, a ratio, a percentage.
  String.raw` ?[+=×÷:] ?\d| %|\.\.+ ?\d`;
/** Of how many: `/5`, `out of 5`, `(out of 5)`, `out of a possible 10`. */
const WHOLE =
  String.raw`(?:[*_\x60\])}> ]*\(?(?:\/|out of|of|von|sur|de|su|из|van) *(?:an? |the )?(?:(?:possible|maximum|total|max\.?) (?:of )?)?` +
  String.raw`[*_[]*(?<whole>\d+(?:\.\d+)?)|[分点點]? ?\(?(?:[满滿]分(?:[为為是])? ?(?<whole2>\d+)|(?<whole3>\d+) ?[点點]?[满満滿][点點]))?`;
/** The number as models set it off. A range, a date or a list's number is none. */
const VALUE =
  String.raw`[[({<*_\x60"'“‘ ]*(?:\\boxed\{)?(?<n>${N})(?![\d%]|[.,]\d|${OTHERS}|(?!${COUNTERS})\p{L}|` +
  String.raw`\s*(?:[-–—]|or\b|to\b|或|～|~)\s*\d)${WHOLE}`;
const BRACKETS = String.raw`(?<n>${N})(?:\s*\/\s*(?<whole>\d+))?`;

/** What ends a mark in a sentence: `a 4.`, `4 stars because …`. What counts something else goes on otherwise. */
const END =
  String.raw`(?: ?(?:points?|stars?|pts))?[*_)\]"]*(?=\s*(?:$|[.;:!)]|,(?!\s*(?:if|unless|were|had|\d))|\([^()\n]{0,60}\)\s*(?:$|[.,;])|` +
  String.raw`[-–—](?!\d)|(?:because|since|given|overall|due to|as (?:it|the|this|there|all)|(?:for|but)(?![^\n]{0,80}\d)|` +
  String.raw`on (?:a|the|this) (?:\S+ )?scale)(?![\p{L}\d])))`;
/** Who gives a mark to what: prose tells of other gifts. */
const GIVES =
  String.raw`(?<![\p{L}\d])(?:(?:i|we)(?:['’](?:d|ll)| would| will| can| must)?(?: \p{L}+){0,2}? ` +
  String.raw`(?:give|gave|rated?|scored?|assign(?:ed)?|award(?:ed)?)|(?:giving|rating|scoring) ` +
  String.raw`(?:it|this)|(?:it|which|(?:this|that|the)(?:(?: \p{L}+)? ` +
  String.raw`(?:answer|response|reply|output|text|essay|summary|story|pair|sample|question|assistant|student))?)(?: \p{L}+ly)? ` +
  String.raw`(?:deserves|gets|earns|receives|scores|rates|(?:is|was) (?:rated|scored|given|awarded|assigned)))` +
  String.raw`(?!\p{L})[^.!?\n\d]{0,40}?(?<!\p{L})(?:an? )?`;
/** The beginning of a sentence that is hardly more than the mark. */
const BEGINS =
  String.raw`(?:^|[.!?] |\n)[^\p{L}\d\n]{0,12}(?:(?:so|thus|hence|therefore|overall|finally)[,:]? )?` +
  String.raw`(?:(?:(?:it|this|that)(?: is|['’]s)|i(?: would|['’]d) say),? )?(?:an? )?`;

/** What goes on behind a labelled number as if it counted something: `marks: 3 spelling errors`, `a rating of 3 would …`. */
const COUNTS = new RegExp(
  String.raw`^[*_]* (?!(?:(?:${NOUNS})(?=[*_ ]*[:=])|` +
    String.raw`(?:stars?|points?|pts)(?! (?!because|since|for|out of|overall|as\b)\p{Ll})|because|since|as|due|given|based|overall|` +
    String.raw`out of|(?:for|but)(?![^\n]{0,80}\d)|on (?:an? |the |this )?(?:\S+ )?scale|which|(?:is|seems|would be) ` +
    String.raw`(?:appropriate|fair|justified|warranted|suitable|deserved|given|right)|` +
    String.raw`porque|weil|da|car|parce|perché|потому|так)(?!\p{L}))\p{Ll}`,
  'u',
);

const numberOf = (text: string): number => Number(text.replace(',', '.'));

/** Whether prose says what the mark is not, or when it would be another: `I cannot give a rating of 5`. */
function isDenied(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 160), index);
  if (/(?:\b(?:not|never|cannot|no|without|nor|if|would need)|n['’]t)\b[^.,;!?\n]{0,30}$/iu.test(before.slice(-40))) return true;
  const sentence = before.slice(Math.max(...['.', '!', '?', '\n'].map((mark) => before.lastIndexOf(mark))) + 1);
  return /^[^\p{L}]*(?:if|had|were|unless|only)\b/iu.test(sentence);
}

/** Whether a number behind a word is that of a list, or counts what follows. */
function isCount(noun: string | undefined, n: string, tail: string): boolean {
  // German writes what is counted with a capital.
  const isGerman = /^(?:bewertung|punkt|note)/iu.test(noun ?? '');
  if (COUNTS.test(tail) || (isGerman && /^[*_]* (?!Punkt|Stern)\p{Lu}\p{Ll}/u.test(tail))) return true;
  if (!/^[.)]\s/u.test(tail)) return false;
  return /^(?:points|marks|notes)$/iu.test(noun ?? '') || new RegExp(String.raw`\s${Number.parseInt(n, 10) + 1}[.)]\s`, 'u').test(tail);
}

/** Words that stand for a mark that was not given. */
const UNRATED = /(?<!\p{L})(?:n\/?a|none|null|nan|unknown|undecided|pending|not \p{L}+)(?!\p{L})/iu;

/** Of how many, in whichever way it was said. */
const wholeOf = ({ whole, whole2, whole3 }: Readonly<Record<string, string | undefined>>): string | undefined => whole ?? whole2 ?? whole3;

/** Marks that one form finds. */
const form =
  (pattern: string | RegExp, { flags = 'giu', labelled = false } = {}): Form =>
  (text, { scale }) =>
    [...text.matchAll(new RegExp(pattern, flags))].flatMap(({ 0: all, groups, index }): Mark[] => {
      const { n, final, noun } = groups!;
      const whole = wholeOf(groups!);
      // A form may begin with the end of the sentence before.
      if (isDenied(text, index + /^[.!?\s]*/u.exec(all)![0].length)) return [];
      if (!labelled && /\b(?:not|never|cannot)\b|n['’]t\b/iu.test(all)) return [];
      const end = index + all.length;
      if (labelled && isCount(noun, n!, text.slice(end, end + 400))) return [];
      if (labelled && UNRATED.test(all)) return [{ value: NaN, isFinal: false }];
      const isOther = whole !== undefined && scale !== undefined && Number(whole) !== scale.max;
      if (isOther && !labelled) return [];
      return [{ value: isOther ? NaN : numberOf(n!), isFinal: final !== undefined && !/^total/iu.test(final) }];
    });

/** Stars, where the reply shows them in a row: filled ones count. One beside a number is its unit. */
function stars(text: string): Mark[] {
  if (/[★⭐☆]\ufe0f? ?0?\.\d/u.test(text)) return [{ value: NaN, isFinal: false }];
  const beside = /(?<![\p{L}\d.])(?:(\d{1,2}) ?[★⭐]|[★⭐]\ufe0f? ?(\d{1,2}))(?![\d★⭐])/u.exec(text);
  if (beside) return [{ value: Number(beside[1] ?? beside[2]), isFinal: false }];
  const rows = text.match(/[★⭐](?:[★⭐☆ ]|\ufe0f)*/gu) ?? [];
  return rows.map((row) => ({ value: row.match(/[★⭐]/gu)!.length, isFinal: false }));
}

/** Qualities that are rated, one at a time or added up. */
const QUALITIES =
  'accuracy|clarity|coherence|completeness|correctness|faithfulness|' +
  'fluency|groundedness|helpfulness|quality|relevanc[ey]|safety|usefulness';
/** What a line may call its number; names of faults are none. */
const HEADS =
  'answer|result|output|response|reply|final|overall|evaluation|assessment|conclusion|decision|value|number|final answer|' +
  'antwort|ergebnis|gesamt|' +
  'réponse|respuesta|risposta|resposta|ответ|итог|答案|结果|結果|回答|答え|결과|답변';

/** A line with a number and hardly anything else: `4`, `**4/5**`, `is: 1`, `[[3]]`. */
const BARE = new RegExp(
  String.raw`^[^\p{L}\d-]*(?:(?:(?<quality>${QUALITIES})|${HEADS})[*_]* ?[:=]|i(?: would|['’]d) (?:say|go with|give) ?[:=]?|` +
    String.raw`is ?:?|so|thus|hence|(?:it|that|this)(?: is|['’]s)|->|=>|=|#)?,?(?: ?\ban?\b)?[^\p{L}\d-]{0,6}(?<n>${N})` +
    String.raw`[^\p{L}\d\/%-]{0,20}(?:(?:\/|out of|of)\s*(?<whole>\d+))?(?:${COUNTERS}| ?(?:stars?|points?|pts))?[^\p{L}\d%]*$`,
  'iu',
);

/** The first and the last line, where they are bare. */
const ends: Form = (text, { scale }) => {
  const lines = text.split('\n').filter((line) => /[\p{L}\p{N}]/u.test(line));
  return (lines.length > 1 ? [lines[0]!, lines.at(-1)!] : lines).flatMap((line): Mark[] => {
    if (/^\d+\)$/u.test(line) || (lines.length > 1 && /^\d+\.$/u.test(line))) return [];
    const { n, whole, quality } = BARE.exec(line.replace(/<\/?(?:b|strong|em|answer|p)>/gu, ''))?.groups ?? {};
    if (n === undefined || (whole !== undefined && scale && Number(whole) !== scale.max)) return [];
    // One quality of several is not the whole.
    if (quality !== undefined && lines.some((other) => other !== line && /\d/u.test(other))) return [];
    return [{ value: numberOf(n), isFinal: false }];
  });
};

/** `Total: 4` behind the marks of qualities, unless it is how many there are of something, or their sum. */
const total: Form = (text, hints) => {
  const lines = text.split('\n').filter((line) => /\d/u.test(line));
  const isTotal = /^[ #>*_|-]{0,20}total[*_]* ?[:=|]/iu;
  const others = lines.filter((line) => !isTotal.test(line));
  if (others.some((line) => !new RegExp(String.raw`^[^\p{L}\d]*(?:${QUALITIES})(?!\p{L})`, 'iu').test(line))) return [];
  const sum = sumOf(others, (line) => Number(/\d+/u.exec(line)));
  return form(String.raw`^[ #>*_|-]{0,20}total[*_]* ?[:=|]${BETWEEN} ?${VALUE}(?=[*_|. ]*$)`, { flags: 'gimu' })(text, hints).map((mark) =>
    others.length > 1 && mark.value === sum ? { ...mark, value: NaN } : mark,
  );
};

const fraction = form(
  String.raw`(?:${BEGINS}|${GIVES})[*_[(]*(?<n>\d+(?:[.,]\d+)?)[*_]* ?(?:stars? |points? )?(?:\/|out of|von|sur|su|из) ?[*_]*` +
    String.raw`(?<whole>\d+)(?![\d/])${END}`,
);
const beginning = form(
  String.raw`^[*_ ]*(?<n>\d{1,2})(?: ?\/ ?(?<whole>\d+))?[*_]*` +
    String.raw`(?: ?\(\p{L}[^()\n]{0,40}\)[*_.]*(?=\n|$)|,? (?:because|since)\b|(?: [-–—]|:) (?=\p{L}))`,
);

/** A mark in brackets as it was asked for, alone: not a template's choice. */
const ASKED = String.raw`\[\[\s*${BRACKETS}\s*\]\](?! ?(?:[|,]|or\b)? ?\[\[\d| ?\/ ?\[\[\d+\]\] ?\/)`;

/** `Rating: [[n]]` is what was asked for. Single brackets have other uses: they stand close by. */
export const askedForm = form(String.raw`${LABEL}(?:[*_ ]*\([^()\n]{0,40}\))?[^[\]]{0,60}?${ASKED}`);

/** Ways to write a mark in prose, the plainest first: where one finds any, the others are not asked. */
export const proseForms: readonly Form[] = [
  form(String.raw`<(?<tag>\w{0,20}(?:rating|score|grade|mark))>\s*${BRACKETS}\s*</\k<tag>>`),
  // `Overall: 4/5` behind the marks of single criteria.
  form(String.raw`^[ #>*_|-]{0,20}(?:overall|final|gesamt|总体|总分|総合)[*_]* ?[:：=|]${BETWEEN}\s*${VALUE}(?=[*_|. ]*$)`, {
    flags: 'gimu',
  }),
  form(
    String.raw`${LABEL}${BETWEEN}(?:[:=→|]|->|=>|[-–—](?=\s)|\bis(?:\s*:)?)${BETWEEN}\s*(?:[-•] )?(?:an?\s+)?` +
      String.raw`(?:(?:about|solid|strong|clear|weak|around)\s+)?${VALUE}`,
    { labelled: true },
  ),
  form(String.raw`${LABEL}[*_ ]*(?:of|as|is|would be|=)?\s*(?:a\s+)?${VALUE}`, { labelled: true }),
  form(String.raw`${LABEL}[^\n\d]{0,20}\((?<n>${N})(?:\s*\/\s*(?<whole>\d+))?\)`, { labelled: true }),
  // Prometheus; Chinese.
  form(String.raw`\[RESULT\][ :]*\(?(?<n>\d+(?:\.\d+)?)(?![\p{L}\d%]|[.,]\d|${OTHERS})`),
  form(/[给給打評评為为是] ?(?<n>\d+(?:\.\d+)?) ?分(?=[^\p{L}]|$|因|由)/u),
  form(/\\boxed\{\s*(?<n>-?\d+(?:\.\d+)?)\s*(?:\/\s*(?<whole>\d+))?\}/u),
  form(/\[\[\s*(?<n>-?\d+(?:\.\d+)?)\s*(?:\/\s*(?<whole>\d+)\s*)?\]\]/u),
  // "4 out of 5 causes" counts something else.
  (text, hints) => (hints.scale ? fraction(text, hints) : []),
  form(String.raw`${GIVES}[*_[(]*(?<n>\d+(?:[.,]\d+)?)(?![\p{L}\d%]|[-–—]\d)${END}`),
  form(
    String.raw`\bon a scale\b[^.\n]{0,20}?\d+\s*(?:to|[-–])\s*\d+[^.\n]{0,60}?\b(?:is|be|gets?|deserves?|rates?|give|say)\s+(?:it\s+)?` +
      String.raw`(?:an?\s+)?[*_[]*(?<n>\d+(?:[.,]\d+)?)(?![\p{L}\d%]|[-–—]\d)${END}`,
  ),
  // `4 (good)`, `4, because …`, `4: …`, at the beginning of a reply whose other lines begin otherwise.
  (text, hints) => (/\n ?\d/u.test(text) ? [] : beginning(text, hints)),
  // `4 - Good`, `Good (4)`: a whole line.
  form(/^[*_ ]*(?<n>[0-9]{1,2})[*_]* ?[-–—:] ?[*_]*\p{Lu}[\p{L} ]{2,20}[*_.]*$/u, { flags: 'gmu' }),
  form(/^[*_ ]*\p{Lu}[\p{L} ]{2,20}[*_]* ?[([](?<n>[0-9]{1,2})[)\]][*_.]*$/u, { flags: 'gmu' }),
  stars,
  total,
  ends,
];
