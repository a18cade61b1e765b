import { escapeRegex } from '@sdg/core';
import { verbForm } from '../text/verbs.js';
import { capitalise, stem } from '../text/words.js';
import type { Clause } from '../text/clause.js';
import { PEOPLE, type Names } from './names.js';

const NUMBER =
  String.raw`\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty(?:-\w+)?|thirty(?:-\w+)?|forty(?:-\w+)?|` +
  String.raw`fifty|a hundred|a dozen`;
const MONTH = 'January|February|March|April|May|June|July|August|September|October|November|December';

/** A phrase that says when. */
export const TIME_PHRASE = new RegExp(
  String.raw`\b(?:on (?:the night of )?\d{1,2} (?:${MONTH})(?: \d{4})?|(?:in|around|from|until|since|by) (?:(?:${MONTH}|early|late|` +
    String.raw`about) )?(?:the (?:early |late )?)?\d{3,4}s?(?: BC)?(?: onwards?)?|between \d{4} and \d{4}|in the \w+ century(?: BC)?)` +
    String.raw`\b`,
  'iu',
);
const HOW_MANY = new RegExp(
  String.raw`^((?:about|up to|roughly|almost|nearly|more than|less than|only|some|at least|over) )?(${NUMBER}) ((?:[a-z]+ ){0,1}?` +
    String.raw`[a-z]{3,}s)\b(?! and a)`,
  'u',
);

/**
 * A subject as it stands inside a sentence: its first word loses its capital unless it is a name, which is what the
 * document writes with a capital inside sentences.
 */
export function midSentence(subject: string, { proper, common }: Names): string {
  const [first = '', second = ''] = subject.split(' ');
  if (!/^\p{Lu}\p{Ll}*$/u.test(first) || first === 'I') return subject;
  if (/^(?:The|An?|Every|Each|All|Some|Any|Most|Many|No|Both|Our|My|Its|Their|One|Two|Three|Four|Five|Six|Eight)$/u.test(first)) {
    return subject[0]!.toLowerCase() + subject.slice(1);
  }
  const lower = first.toLowerCase();
  const isCommon =
    common.has(lower) || common.has(stem(lower)) || common.has(`${lower}s`) || verbForm(lower) !== undefined || PEOPLE.test(subject);
  return !isCommon || proper.has(first) || /^\p{Lu}/u.test(second) ? subject : lower + subject.slice(first.length);
}

/** The clause turned round behind a question word: `when`, `did the Romans build it`. */
export function invert({ subject, verb, form }: Clause, rest: string, names: Names): string {
  const tail = rest.trim() === '' ? '' : ` ${rest.trim()}`;
  if (form === 'auxiliary') return `${verb} ${midSentence(subject, names)}${tail}`;
  const aux = form.tense === 'past' ? 'did' : form.tense === 'singular' ? 'does' : 'do';
  return `${aux} ${midSentence(subject, names)} ${form.base}${tail}`;
}

/** A text without one phrase, spaces and commas mended. */
export function without(text: string, phrase: string): string {
  return text
    .replace(new RegExp(`(?:\\bonly )?${escapeRegex(phrase)}`, 'u'), ' ')
    .replace(/\s+/gu, ' ')
    .replace(/ ,/gu, ',')
    .replace(/^[\s,]+|[\s,]+$/gu, '')
    .replace(/,\s*,/gu, ',');
}

/** What a clause counts: `21 days` of `needs 21 days from egg to adult`. */
export function countedIn({ core }: Clause): { readonly phrase: string; readonly noun: string; readonly number: string } | undefined {
  const match = HOW_MANY.exec(core);
  if (!match) return undefined;
  return { phrase: match[0], noun: match[3]!, number: `${match[1] ?? ''}${match[2]!} ${match[3]!}` };
}

export const asQuestion = (text: string): string => `${capitalise(text.trim().replace(/[\s,;:.–—-]+$/u, ''))}?`;
