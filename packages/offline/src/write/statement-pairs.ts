import { readClause, type Clause } from '../text/clause.js';
import type { Statement } from '../text/read-source.js';
import { verbForm } from '../text/verbs.js';
import { capitalise, contentWords, coverage, wordCount } from '../text/words.js';
import { NO_NAMES, PEOPLE, personIn, type Names } from './names.js';
import { type Pair, pairOf, type ShortKind } from './pair.js';
import { asQuestion, countedIn, invert, midSentence, TIME_PHRASE, without } from './question-words.js';

/** A sentence that leans on the one before it makes no question that can stand alone. */
export const LEANS_BACK =
  /^(?:It|He|She|They|We|You|I|This|That|These|Those|There|Here|Then|Such|His|Her|Its|Their|Our|After that|For this|But|And|So|Or|Yet|However|Therefore|Thus|Both|Another|Others|Two things|One of them|Not|Nobody|Later|Instead|Also|If|When|What|Where|Who|How|Why|While|Although|Because|To)\b/u;
/** Words in a question that point out of it. */
const POINTS_OUT = /\b(?:it|its|them|their|they|this|these|those|others|there|do so|did so|above|below|the following|the same)\b/iu;
const OWN_PERSON = /\b(?:he|she|his|her|him)\b/iu;
const TOO_GENERAL =
  /^(?:the (?:first|second|third|other|same|rest|result|usual|change|method|path|question|story|difference)|one|two|three|some|many|most|nothing|every|each|no|work)\b/iu;
/** Verbs of people whose object is worth asking for. */
const DEEDS = new Set(
  'notice invent discover propose find show suggest believe conclude prove describe patent build design say write receive found'.split(' '),
);
const UNFINISHED = /(?:^|\s)(?:by|from|of|in|at|to|with|and|or|the|a|an|as|for|on|than|is|are|was|that|which|not)$/iu;

/** What one sentence gives its questions. */
interface Ground {
  readonly statement: Statement;
  readonly clause: Clause;
  /** The time phrase that the sentence opened with. */
  readonly openingTime?: string;
  readonly names: Names;
}

type Asked = readonly [question: string, rank: number, short?: string, kind?: ShortKind];

/** A ground with what the questions ask of it. */
interface Asking extends Ground {
  readonly person: string | undefined;
  /** Whether the core is all that the verb needs. */
  readonly isWhole: boolean;
  readonly isCopula: boolean;
}

const invertAfter = ({ clause, names }: Ground, word: string, about: string): string => `${word} ${invert(clause, about, names)}`;

/** When, why and how many. */
function* circumstances(asking: Asking): Generator<Asked> {
  const { clause, openingTime, isWhole } = asking;
  const { core, rest } = clause;
  const time = openingTime ?? TIME_PHRASE.exec(core)?.[0];
  if (time !== undefined && isWhole) yield [invertAfter(asking, 'when', without(core, time)), 0, capitalise(time), 'time'];
  const [before = '', because] = rest.split(/,? because /u);
  if (because !== undefined && !/[,;]/u.test(before)) yield [invertAfter(asking, 'why', before), 0, `Because ${because}`, 'reason'];
  const counted = countedIn(clause);
  if (!counted || !isWhole || /\b(?:and|or)\b/u.test(core)) return;
  yield [invertAfter(asking, `how many ${counted.noun}`, without(core, counted.phrase)), 0, counted.number, 'count'];
}

/** What the subject is, and what it is called. */
function* definitions(asking: Asking): Generator<Asked> {
  const { clause, names, person, isCopula } = asking;
  const { subject, verb, form, core } = clause;
  if (isCopula && /^(?:an?|the|one of) /u.test(core) && wordCount(core) >= 3 && wordCount(subject) <= 6 && !TOO_GENERAL.test(subject)) {
    yield [`${person ? 'who' : 'what'} ${verb} ${midSentence(subject, names)}`, 0, core, 'definition'];
  }
  const called = /^((?:also |sometimes |often |usually )?)(?:called|known as) ((?:the |an? )?[\p{L}-]+(?: [\p{L}-]+)?)$/u.exec(core);
  if (called && !TOO_GENERAL.test(subject) && form === 'auxiliary') {
    yield [invertAfter(asking, 'what', `${called[1]!}called`), 0, called[2]!, 'term'];
  }
}

/** What a person did, and whether it is so. */
function* deeds({ clause, names, openingTime, person, isWhole }: Asking): Generator<Asked> {
  const { form, core } = clause;
  const when = openingTime ? ` ${openingTime}` : '';
  if (person && form !== 'auxiliary' && DEEDS.has(form.base)) {
    yield [`what did ${person.replace(/^(?:Von|Van|De) /u, (particle) => particle.toLowerCase())} ${form.base}${when}`, 1];
  }
  if (isWhole && wordCount(core) >= 3 && !/\b(?:not|never|no|only|hardly)\b/u.test(core)) {
    yield [`${invert(clause, core, names)}${when}`, 2];
  }
}

/** A surname alone, before the deed of a person. */
const isSurname = ({ subject, form }: Clause, names: Names): boolean =>
  form !== 'auxiliary' &&
  form.tense === 'past' &&
  DEEDS.has(form.base) &&
  /^\p{Lu}\p{Ll}+$/u.test(subject) &&
  !names.common.has(subject.toLowerCase());

const isPlural = ({ verb, form }: Clause): boolean => (form === 'auxiliary' ? /^(?:are|were|have)$/u.test(verb) : form.tense === 'plural');

/** Who, or what, it is that the sentence tells of. */
function* subjects({ clause, names, openingTime, person, isWhole, isCopula }: Asking): Generator<Asked> {
  const { subject, verb, core } = clause;
  if (!isWhole || TOO_GENERAL.test(subject) || new Set(contentWords(core)).size < 3 || coverage(core, subject) > 0.4) return;
  const isPeople = person !== undefined || isSurname(clause, names) || PEOPLE.test(subject);
  if (!isPeople && isPlural(clause)) return;
  const when = openingTime ? ` ${openingTime}` : '';
  const question = `${isPeople ? 'who' : 'what'} ${verb} ${core}${when}`;
  yield [question, isCopula ? 2 : 1, person ?? subject, person === undefined ? 'subject' : 'person'];
}

function* questionsOf(ground: Ground): Generator<Asked> {
  const { subject, verb, core, rest } = ground.clause;
  // `a hollow, ring-shaped wick`: what the comma cut off belongs to it.
  const isWhole = core !== '' && !UNFINISHED.test(core) && !(core.length < rest.length && /\b(?:an?|the) \p{L}+$/u.test(core));
  const asking: Asking = { ...ground, person: personIn(subject, ground.names), isWhole, isCopula: /^(?:is|are|was|were)$/u.test(verb) };
  for (const ask of [circumstances, definitions, deeds, subjects]) yield* ask(asking);
}

/** Whether a question can be understood without the text around it. */
function standsAlone(question: string, { clause }: Ground): boolean {
  const words = wordCount(question);
  if (words < 4 || words > 26 || POINTS_OUT.test(question)) return false;
  return !OWN_PERSON.test(question) || /^who /u.test(question) || question.includes(midSentence(clause.subject, NO_NAMES));
}

/** `the light`, `the rock`: which one it is, only the section tells. */
const isBareNoun = (subject: string): boolean => /^the \p{Ll}+$/iu.test(subject);

/** `When food is far away, …`: what comes of it can be asked whatever the main clause looks like. */
function conditionPair({ text, paragraph, position }: Statement): readonly Pair[] {
  const match = /^(When|If|After|Before|Once|While|Until|As soon as) ([^,;:]{8,90}), (?:then )?(\p{Ll}.*)$/u.exec(text);
  if (!match || POINTS_OUT.test(match[2]!) || OWN_PERSON.test(match[2]!) || wordCount(match[2]!) < 3) return [];
  const isPast = match[2]!.split(' ').some((word) => /^(?:was|were|had)$/u.test(word) || verbForm(word)?.tense === 'past');
  const question = asQuestion(`what ${isPast ? 'happened' : 'happens'} ${match[1]!.toLowerCase()} ${match[2]!}`);
  return [pairOf(`${paragraph}.${position}`, 0, question, text)];
}

/** `On 1 February 1811 …`: what happened then. A year alone is too wide to ask for. */
function datePair({ text, paragraph, position }: Statement, opening: string | undefined): readonly Pair[] {
  if (opening === undefined || !/\d{1,2} \p{Lu}\p{Ll}+|century/u.test(opening)) return [];
  return [pairOf(`${paragraph}.${position}`, 1, asQuestion(`what happened ${opening}`), text)];
}

/** Whether a text is a sentence of common length that begins and ends as one. */
function isPlainSentence(text: string): boolean {
  const words = wordCount(text);
  return words >= 5 && words <= 45 && /^[\p{Lu}\d]/u.test(text) && /[.!]["”’)]*$/u.test(text);
}

/** The time that a sentence opens with, and the clause behind it. */
function readOpening(text: string): { readonly clause: Clause | undefined; readonly openingTime?: string } {
  const opening = new RegExp(`^(${TIME_PHRASE.source}),? (?=\\p{L})`, 'iu').exec(text)?.[0];
  if (!opening) return { clause: readClause(text) };
  const openingTime = opening[0]!.toLowerCase() + opening.slice(1).replace(/,? $/u, '');
  return { clause: readClause(capitalise(text.slice(opening.length))), openingTime };
}

/** Questions about one sentence by the patterns of its build; none where no pattern is sure. */
export function statementPairs(statement: Statement, names: Names): readonly Pair[] {
  const { text, heading, paragraph, position } = statement;
  if (!isPlainSentence(text)) return [];
  const condition = conditionPair(statement);
  if (condition.length > 0 || LEANS_BACK.test(text)) return condition;
  const { clause, ...opening } = readOpening(text);
  const dated = datePair(statement, opening.openingTime);
  if (!clause || LEANS_BACK.test(clause.subject) || /["“”(),;]/u.test(clause.subject)) return dated;
  const ground: Ground = { statement, clause, names, ...opening };
  const where = isBareNoun(clause.subject) && heading !== '' ? `in the section “${heading}”, ` : '';
  const asked = [...questionsOf(ground)]
    .filter(([question]) => standsAlone(question, ground))
    .map(([question, rank, short, kind]) => {
      const answer = /^(?:who|what|when|why|how)\b/u.test(question) ? text : `Yes. ${text}`;
      return pairOf(`${paragraph}.${position}`, rank, asQuestion(where + question), answer, short, kind);
    });
  return [...asked, ...dated];
}
