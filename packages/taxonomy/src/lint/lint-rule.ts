import type { Token } from '@sdg/config';
import type { LintFile } from './lint-file.js';

/** What a rule found. */
export interface LintProblem {
  /** Offset into the text. */
  readonly offset: number;
  /** The line, from 1, whose `# yamllint disable-line` silences it: that of the token or line that was looked at. */
  readonly seenAt: number;
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** Values that an option may take: a list of words, a type, or both. */
export type OptionType = readonly ('boolean' | 'integer' | 'text' | { readonly word: string })[] | { readonly listOf: 'text' };

export type LintOptions = Readonly<Record<string, unknown>>;

/** A rule of yamllint, under yamllint's name, with its options and their defaults. */
export interface LintRule {
  readonly name: string;
  readonly options: Readonly<Record<string, { readonly type: OptionType; readonly default: unknown }>>;
  check(file: LintFile, options: LintOptions): Iterable<LintProblem>;
}

/** What is wrong with a token: at its beginning, where no other place is said. */
export const problem = ({ start, line }: Token, message: string, remedy: string, offset = start): LintProblem => ({
  offset,
  seenAt: line + 1,
  message,
  remedy,
});

export const booleanOption = (value: boolean) => ({ type: ['boolean'], default: value }) as const;
export const integerOption = (value: number) => ({ type: ['integer'], default: value }) as const;

/** Whether a text holds a match of any of the patterns. A pattern that is none matches nothing. */
export function matcherOf(patterns: unknown): (text: string) => boolean {
  const expressions = (patterns as readonly string[]).flatMap((pattern) => {
    try {
      return [new RegExp(pattern, 'u')];
    } catch {
      return [];
    }
  });
  return (text) => expressions.some((expression) => expression.test(text));
}
