import { strip } from '@sdg/python';
import { RULE } from './marks.js';
import { escaped } from './words.js';

const ELSEWHERE = [
  'Ich hoffe, (?:diese|das)|Lass(?:en Sie)? (?:es )?mich wissen|Diese (?:Fragen|Aufgaben) (?:decken|sind|sollen)',
  'Espero que (?:estas|est[eo]|te|le)|Avísame|Si (?:necesitas|quieres|deseas) (?:más|que)|Estas preguntas (?:cubren|son|abarcan)',
  "J['’]espère que (?:ces|cela)|N['’]hésitez pas|Ces questions (?:couvrent|sont|portent)|Si vous (?:souhaitez|avez besoin)",
  'Надеюсь|Если (?:вам|вы|нужн)|Дайте знать|Эти (?:вопросы|задания) ',
  '(?:我)?希望(?:这|這|以上)|(?:如果|若)(?:您|你|需要|还|還)[^。\\n]*(?:告诉|告訴|随时|隨時|更多|修改|调整)|这些(?:问题|题目)(?:涵盖|可以|旨在|都)',
  'これらの(?:質問|問題)は|ご(?:不明な点|質問|要望)|他に(?:も)?(?:質問|ご質問|必要)',
  'آمل أن|إذا كنت (?:بحاجة|تريد)|(?:आशा|उम्मीद) है',
];

/** What a model says of its list when it has written it; nothing that a letter or a task could end with. */
function farewell(label: string): RegExp {
  const list = String.raw`(?:questions?|instructions?|tasks?|prompts?|examples?|items?|list|set|ones|${escaped(label)}s?)`;
  const change = '(?:create|write|generate|make|add|provide|adjust|change|modify|refine|expand|adapt|revise|use|answer)';
  return new RegExp(
    String.raw`^(?:I hope (?:this|these|that|those)(?: ${list})? ` +
      String.raw`(?:helps?|(?:is|are|will be|prove) (?:helpful|useful)|meets? your|works? for you)\b|` +
      String.raw`(?:Please )?let me know if you(?: would|['’]d)? (?:like|need|want)\b` +
      String.raw`(?=.*\b(?:${list}|changes|adjustments|modifications|anything else)\b)|` +
      String.raw`Feel free to (?:${change}\b(?=.*\b${list}\b)|ask\b(?=.*\bmore ${list}\b))|` +
      String.raw`These ${list} (?:are|cover|test|should|range|aim|vary|focus|require|explore|span)\b|` +
      String.raw`Would you like (?:me to ${change}\b|more\b)(?=.*\b${list}\b)|${ELSEWHERE.join('|')}).*$`,
    'iu',
  );
}

/** The items without what is said behind the last of several: a line behind a rule, an item of one paragraph or items of one line. */
export function withoutFarewell(items: readonly string[], label: string): string[] {
  const last = items.at(-1);
  if (last === undefined || items.length < 2) return [...items];
  const line = last.slice(last.lastIndexOf('\n') + 1);
  const before = last.slice(0, last.length - line.length);
  const item = strip(before);
  const rest = strip(item.replace(RULE, ''));
  const isBehindAll = item !== '' && items.slice(0, -1).every((one) => !one.includes('\n'));
  const isApart = rest !== item || (!/\n[ \t]*\n/u.test(item) && (isBehindAll || /\n[ \t]*\n$/u.test(before)));
  // What a colon stands before is quoted.
  return isApart && !/[:：]$/u.test(rest) && farewell(label).test(strip(line)) ? [...items.slice(0, -1), rest] : [...items];
}
