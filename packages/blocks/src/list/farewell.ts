import { strip } from '@sdg/python';
import { RULE } from './marks.js';
import { escaped } from './words.js';

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
      String.raw`Would you like (?:me to ${change}\b|more\b)(?=.*\b${list}\b)).*$`,
    'iu',
  );
}

/** The items without what is said behind the last of several: a line of its own, behind a rule or an item of one paragraph. */
export function withoutFarewell(items: readonly string[], label: string): string[] {
  const last = items.at(-1);
  if (last === undefined || items.length < 2) return [...items];
  const line = last.slice(last.lastIndexOf('\n') + 1);
  const before = last.slice(0, last.length - line.length);
  const item = strip(before);
  const rest = strip(item.replace(RULE, ''));
  const isApart = rest !== item || (/\n[ \t]*\n$/u.test(before) && !/\n[ \t]*\n/u.test(item));
  // What a colon stands before is quoted.
  return isApart && !/[:：]$/u.test(rest) && farewell(label).test(strip(line)) ? [...items.slice(0, -1), rest] : [...items];
}
