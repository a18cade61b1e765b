import { AUXILIARIES, verbForm, type VerbForm } from './verbs.js';

/** The first clause of a sentence, split at its verb. */
export interface Clause {
  readonly subject: string;
  readonly verb: string;
  /** `auxiliary`: it moves to the front in a question; otherwise the verb's form. */
  readonly form: 'auxiliary' | VerbForm;
  /** What follows the verb, without the final full stop. */
  readonly rest: string;
  /** `rest` up to the first comma, semicolon, colon or dash: what a question repeats. */
  readonly core: string;
}

const NOT_BEFORE_A_VERB = new Set(
  `a an the this that these those each every some any no all my your his her its our their of in on at by for from to with and or as
  into between under over near about than more most very so such is are was were be been being who which what when where not only two
  three four five six seven eight nine ten`.split(/\s+/u),
);
const BREAKS_A_SUBJECT =
  /^(?:that|which|who|whom|whose|when|where|while|if|because|although|though|as|since|unless|but|until|before|after|than)$/iu;
/** `In the Middle Ages few lights were kept`: what the subject is cannot be told from the words alone. */
const OPENS_WITH_ADVERBIAL =
  /^(?:in|on|at|for|from|by|with|under|during|through|after|before|of|as|between|against|among|around|to|into|without)$/iu;
const MAX_SUBJECT_WORDS = 9;

const PRONOUN = /^(?:it|he|she|they|we|you|I|this|that|these|those|there|who|which)$/u;
const HAVE = /^(?:has|have|had)$/u;
/** Words that may be a participle by their ending, and among them those that are one: `has built`, not `has meat`. */
const PARTICIPLE_ENDING = /(?:ed|en|n|t|k|g|d)$/u;
const PARTICIPLE = /(?:ed|been|become|made|found|given|taken|built|lost|shown|written|led|kept|seen|had)$/u;

/** `has a sting` asks with `do`, `has been built` with `has`. */
function auxiliaryForm(word: string, next: string): Clause['form'] {
  if (!HAVE.test(word) || (PARTICIPLE_ENDING.test(next) && PARTICIPLE.test(next))) return 'auxiliary';
  return { base: 'have', tense: word === 'had' ? 'past' : word === 'has' ? 'singular' : 'plural' };
}

/** `light`, `works`: a noun, unless it agrees with the word before it. */
function isNoun({ tense }: VerbForm, words: readonly string[], i: number): boolean {
  const [before, next] = [words[i - 1]!, words[i + 1]!];
  const isPlural = /s$/u.test(before) && !/(?:ss|us|is)$/u.test(before);
  if ((tense === 'plural' && !isPlural) || AUXILIARIES.has(next)) return true;
  return tense === 'singular' && (isPlural || next === 'of' || hasLaterVerb(words, i, true));
}

/** The form of the verb at a place; undefined: none is there; `unsure`: the sentence is not to be read on. */
function verbAt(words: readonly string[], i: number): Clause['form'] | 'unsure' | undefined {
  const [before, word, next] = [words[i - 1]!, words[i]!, words[i + 1]!];
  if (NOT_BEFORE_A_VERB.has(before.toLowerCase())) return undefined;
  if (AUXILIARIES.has(word)) return auxiliaryForm(word, next);
  const form = verbForm(word);
  if (!form) return undefined;
  // `built by`, `called X`: a participle.
  if (form.tense === 'past' && (/^(?:by|from|of)$/u.test(next) || hasLaterVerb(words, i))) return 'unsure';
  return isNoun(form, words, i) ? undefined : form;
}

/**
 * Finds the verb of a plain declarative sentence by a list of common verbs; undefined where the sentence is of another
 * build or the verb is not sure. It would rather give up than be wrong.
 */
export function readClause(sentence: string): Clause | undefined {
  const text = sentence.replace(/[.!…]+["”’)]*$/u, '').trim();
  const words = text.split(/\s+/u);
  if (OPENS_WITH_ADVERBIAL.test(words[0]!)) return undefined;
  for (let i = 1; i < Math.min(words.length - 1, MAX_SUBJECT_WORDS + 1); i++) {
    const before = words[i - 1]!;
    if (/[,;:]$/u.test(before) || BREAKS_A_SUBJECT.test(before) || (i > 1 && PRONOUN.test(before))) return undefined;
    const form = /^[a-z]+$/u.test(words[i]!) ? verbAt(words, i) : undefined;
    if (form === 'unsure') return undefined;
    if (form !== undefined) return clause(words, i, form);
  }
  return undefined;
}

/** Where a second statement begins: after a comma, or after an `and` that a verb follows. */
const SECOND_CLAUSE =
  /[;:]\s|,\s| [–—-] | (?:and|but|or) (?=(?:is|are|was|were|has|had|have|can|could|did|does|then|went|so|thus|it|they|he|she)\b)/u;

/** `The species kept in hives is`, `five places on the body gave`: the verb is still to come. */
function hasLaterVerb(words: readonly string[], at: number, orPast = false): boolean {
  for (let i = at + 1; i < Math.min(words.length, at + 10); i++) {
    if (/[,;:]$/u.test(words[i - 1]!) || /^(?:that|which|who|and|but|because|when|where|while|until|as|if)$/u.test(words[i - 1]!)) {
      return false;
    }
    const form = verbForm(words[i]!);
    if (AUXILIARIES.has(words[i]!)) return true;
    if (form?.tense === (orPast ? 'past' : 'singular') && !NOT_BEFORE_A_VERB.has(words[i - 1]!)) return true;
  }
  return false;
}

/** Adverbs that stand between subject and verb and belong to neither. */
const BETWEEN = /\s+(?:also|therefore|then|often|usually|still|now|only|always|never|soon|later|even|already|sometimes|mostly|thus|too)$/u;

function clause(words: readonly string[], at: number, form: Clause['form']): Clause {
  const rest = words.slice(at + 1).join(' ');
  const [core = ''] = rest.split(SECOND_CLAUSE);
  // `feeds on the fat body and breeds in cells`: the second verb makes a second statement.
  const second = [...core.matchAll(/ and (\p{Ll}+)\b/gu)].find(([, word]) => /^(?:past|singular)$/u.test(verbForm(word!)?.tense ?? ''));
  return {
    subject: words.slice(0, at).join(' ').replace(BETWEEN, ''),
    verb: words[at]!,
    form,
    rest,
    core: second ? core.slice(0, second.index) : core,
  };
}
