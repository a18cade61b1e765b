/** The numbers from which a judgement is to be picked. */
interface Scale {
  readonly min: number;
  readonly max: number;
}

const NUMBER_WORDS: Readonly<Record<string, number>> = { zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, ten: 10 };
const numberOf = (text: string): number => NUMBER_WORDS[text.toLowerCase()] ?? Number(text);
const N = String.raw`(\d{1,3}|zero|one|two|three|four|five|ten)`;

const scale = (a: string, b: string): Scale => ({ min: Math.min(numberOf(a), numberOf(b)), max: Math.max(numberOf(a), numberOf(b)) });

/** The scale that a prompt asks for, however it says so; 0 to 1 where it does not. */
export function findScale(text: string): Scale {
  // Points that are added up: what one question is worth is not the scale.
  const most = new RegExp(
    String.raw`\b(?:maximum|highest|best|top)(?:\s+(?:possible|total|attainable))*\s+(?:score|rating|total|mark|number)s?\s+(?:of|` +
      String.raw`is|being|:)\s*\[*${N}\b`,
    'iu',
  ).exec(text);
  if (most) return { min: 0, max: numberOf(most[1]!) };
  const range = new RegExp(
    String.raw`\b(?:scale|rating|score|rate|number|points?|integer|value)\b[^.\n]{0,40}?\b(?:from|of|between)?\s*\[*${N}\]*\s*(?:to` +
      String.raw`|through|and|[-–—])\s*\[*${N}\]*`,
    'iu',
  ).exec(text);
  if (range) return scale(range[1]!, range[2]!);
  const otherwise = /\b(\d)\b[^.\n]{0,80}?\b(?:else|otherwise)\b[^\d.\n]{0,20}(\d)\b/iu.exec(text);
  if (otherwise) return scale(otherwise[1]!, otherwise[2]!);
  const listed = [
    ...text.matchAll(/^\s*(?:[-*•]\s*)?(?:\*\*)?(?:score|rating)?\s*\[{0,2}(\d{1,2})\]{0,2}(?:\*\*)?\s*(?:[:=–—-]|points?\b)/gimu),
  ].map((match) => Number(match[1]));
  // "1. Read the question" numbers a list of steps; a scale uses a colon, a dash or an equals sign.
  if (new Set(listed).size >= 2) return { min: Math.min(...listed), max: Math.max(...listed) };
  const either = new RegExp(
    String.raw`\b(?:either )?\[*${N}\]*(?:\s*\([^)]*\))?(?:,\s*\[*${N}\]*(?:\s*\([^)]*\))?)*,?\s+or\s+\[*${N}\]*`,
    'iu',
  ).exec(text);
  if (either) return scale(either[1]!, either[3]!);
  const points = /\b(\d{1,3}|two|three|four|five|ten)[- ]point scale/iu.exec(text);
  if (points) return { min: 1, max: numberOf(points[1]!) };
  const out = /\bout of (\d{1,3})\b/iu.exec(text);
  if (out) return { min: 1, max: Number(out[1]) };
  return { min: 0, max: 1 };
}

const VERDICTS =
  'YES/NO Yes/No yes/no TRUE/FALSE True/False true/false PASS/FAIL Pass/Fail SUPPORTED/UNSUPPORTED VALID/INVALID GOOD/BAD ' +
  'CORRECT/INCORRECT ACCEPT/REJECT KEEP/DROP';

/** The two words of which a verdict is one, as the prompt writes them: `YES` and `NO` where it names none. */
export function findVerdicts(text: string): { readonly good: string; readonly bad: string } | undefined {
  const stands = (word: string): boolean => new RegExp(`\\b${word}\\b`, 'u').test(text);
  const [good, bad] =
    VERDICTS.split(' ')
      .map((pair) => pair.split('/'))
      .find((pair) => pair.every(stands)) ?? [];
  return good !== undefined && bad !== undefined ? { good, bad } : undefined;
}

const COUNTS: Readonly<Record<string, number>> = {
  ...{ two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12, fifteen: 15, twenty: 20 },
};
const THING = String.raw`(?:questions?|pairs?|instructions?|queries|query|contexts?|tasks?|items?)`;
const BETWEEN = String.raw`(?:(?!of\b|series\b|set\b|list\b|number\b|variety\b|range\b)[\p{L}-]+\s+){0,4}?`;
const MAKE =
  String.raw`\b(?:generate|write|create|come up with|compose|develop|` +
  String.raw`produce|invent|provide|formulate|give|make|ask)\s+(?:me\s+)?`;
/** No reply has more records than this, whatever a prompt asks for. */
const MOST = 100;
const MANY = 10;

/** How many records the directions ask for; undefined where they say neither a number nor that it is one. */
export function findCount(directions: string): number | undefined {
  const counted = new RegExp(String.raw`\b(\d{1,7}|${Object.keys(COUNTS).join('|')})\s+${BETWEEN}${THING}\b`, 'giu');
  const counts = [...directions.matchAll(counted)]
    .map(([, word]) => COUNTS[word!.toLowerCase()] ?? Number(word))
    .filter((count) => count >= 1);
  // "5 questions on the 2 documents": the largest number is the one that was meant to be a number.
  if (counts.length > 0) return Math.min(MOST, Math.max(...counts));
  if (/\bas many\b|\b(?:one )?for (?:each|every) (?:fact|sentence|paragraph|point)\b|\ball (?:the )?possible\b/iu.test(directions)) {
    return MANY;
  }
  return new RegExp(`${MAKE}(?:an?|one|1)\\s+${BETWEEN}${THING}\\b`, 'iu').test(directions) ? 1 : undefined;
}
