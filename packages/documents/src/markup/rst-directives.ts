import { fencedCode } from '../make-block.js';
import { isBlank, trimmed } from './rst-lines.js';

/** Directives that are a word to the reader. */
export const admonitions =
  /^(?:note|warning|tip|important|caution|danger|hint|attention|error|seealso|versionadded|versionchanged|deprecated|todo)$/;
/** What stands before the text of one. */
export const labelOf = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}:`;
export const codeDirectives = /^(?:code|code-block|sourcecode|parsed-literal|prompt|ipython|doctest|testcode|console|literal)$/;

/** A block of code by the arguments and the lines of its directive; what is no language is its first line. */
export const codeOf = (name: string, argument: string, body: readonly string[]): string =>
  /^(?:parsed-)?literal$/.test(name)
    ? fencedCode([...(argument === '' ? [] : [argument]), ...body].join('\n'))
    : fencedCode(body.join('\n'), argument.trim());

/** The options of a directive, and what is below them. */
export function partsOf(content: readonly string[]): {
  option: (key: string) => string | undefined;
  body: readonly string[];
  bodyAt: number;
} {
  const bodyAt = content.findIndex((text) => !isBlank(text) && !/^:[\w-]+:(?=\s|$)/.test(text));
  const options = content.slice(0, bodyAt === -1 ? content.length : bodyAt);
  return {
    option: (key) => options.map((text) => new RegExp(`^:${key}:\\s*(.*)$`).exec(text)?.[1]).find((value) => value !== undefined),
    body: bodyAt === -1 ? [] : trimmed(content.slice(bodyAt)),
    bodyAt,
  };
}
