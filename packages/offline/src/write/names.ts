import { readClause } from '../text/clause.js';
import { isKnownName } from './stock.js';

/** Two names or more in a row at the end of a subject: `The Swiss physicist Ami Argand`, `Karl von Frisch`. */
const FULL_NAME = /(?:^|\s)(?!The )(\p{Lu}\p{L}+(?:-\p{Lu}\p{L}+)?(?: (?:von|van|de|\p{Lu}\.))* \p{Lu}\p{L}+)$/u;
const NOT_A_PERSON =
  /\b(?:House|Head|Rock|Board|Lights?|Isles?|Island|Tower|Sea|Ocean|River|Lake|Storm|Prize|Foreland|South|North|East|West|Kingdom|States|Commission|University|City|War|Act|Company)\b/u;

/** Plurals that stand for people. */
export const PEOPLE =
  /^(?:the |many |some |most |several |few |early |ancient )?(?:\p{L}+ )?(?:people|men|women|sailors|masons|monks|keepers|critics|beekeepers|engineers|builders|romans|greeks|scientists|researchers|children|writers|painters|users|players|travellers)\b/iu;

/** What a document calls by name. */
export interface Names {
  /** Words that it writes with a capital inside sentences. */
  readonly proper: ReadonlySet<string>;
  /** Words that it writes without one. */
  readonly common: ReadonlySet<string>;
  /** Surnames of people that it has introduced with their full name. */
  readonly people: ReadonlySet<string>;
}

export const NO_NAMES: Names = { proper: new Set(), common: new Set(), people: new Set() };

const fullName = (subject: string): string | undefined => {
  const name = FULL_NAME.exec(subject)?.[1];
  return name === undefined || NOT_A_PERSON.test(name) || /\b(?:of|in|at|on|and)\b/u.test(subject) ? undefined : name;
};

/** The person that a subject names, or undefined. */
export function personIn(subject: string, { people }: Names = NO_NAMES): string | undefined {
  return (
    fullName(subject) ??
    (people.has(subject) || isKnownName(subject) || /^(?:Mr|Mrs|Ms|Dr) \p{Lu}\p{L}+$/u.test(subject) ? subject : undefined)
  );
}

export function namesIn(sentences: readonly string[]): Names {
  const proper = sentences.flatMap((text) =>
    [...text.matchAll(/(?<=[\p{Ll},;’'] )\p{Lu}[\p{L}-]*/gu)].map(([word]) => word.replace(/[’']s$/u, '')),
  );
  const people = sentences.flatMap((text) => {
    const clause = readClause(text.replace(/^(?:In|On) [^,]{0,20}?\d{4},? /u, ''));
    const name = clause && fullName(clause.subject);
    return name === undefined ? [] : [name.split(' ').at(-1)!, name.split(' ').slice(1).join(' ')];
  });
  const common = sentences.flatMap((text) => text.match(/(?<![\p{L}])\p{Ll}+/gu) ?? []);
  return {
    proper: new Set(proper),
    common: new Set(common),
    people: new Set(people.flatMap((name) => [name, name[0]!.toUpperCase() + name.slice(1)])),
  };
}
