import { readClause } from '../text/clause.js';
import type { Statement } from '../text/read-source.js';
import { personIn, type Names } from './names.js';

const PRONOUN = /^(?:He|She)\s/u;

/**
 * Puts the name for `He` and `She` at the beginning of a sentence where the sentences before it in the same paragraph
 * have a person as their subject, so that the sentence can stand alone.
 */
export function resolvePronouns(statements: readonly Statement[], names: Names): readonly Statement[] {
  let person: string | undefined;
  let paragraph = -1;
  return statements.map((statement) => {
    if (statement.paragraph !== paragraph) {
      paragraph = statement.paragraph;
      person = undefined;
    }
    if (PRONOUN.test(statement.text)) {
      return person === undefined ? statement : { ...statement, text: statement.text.replace(PRONOUN, `${person} `) };
    }
    const subject = readClause(statement.text.replace(/^(?:In|On|By|From) [^,]{3,30}?\d{4},? /u, ''))?.subject;
    if (subject !== undefined) person = personIn(subject, names) ?? (/^(?:It|They)$/u.test(subject) ? person : undefined);
    return statement;
  });
}
