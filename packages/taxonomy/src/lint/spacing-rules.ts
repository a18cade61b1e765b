import type { Token, TokenType } from '@sdg/config';
import { integerOption, problem, type LintProblem, type LintRule } from './lint-rule.js';

interface Spacing {
  /** Fewest spaces allowed; -1: any. */
  readonly min?: number;
  /** Most spaces allowed; -1: any. */
  readonly max?: number;
  /** Where the spaces are: `after colon`. */
  readonly where: string;
}

function* judge(spaces: number, next: Token, seenAt: number, { min = -1, max = -1, where }: Spacing): Generator<LintProblem> {
  if (max !== -1 && spaces > max) {
    const remedy = max === 0 ? 'remove them' : `leave ${max} at most`;
    yield { offset: next.start - 1, seenAt, message: `too many spaces ${where}`, remedy };
  } else if (min !== -1 && spaces < min) {
    yield { offset: next.start, seenAt, message: `too few spaces ${where}`, remedy: `leave at least ${min}` };
  }
}

/** Judges the spaces between a token and the next one in its line. */
function* spacesAfter(token: Token, next: Token | undefined, spacing: Spacing): Generator<LintProblem> {
  if (next && token.endLine === next.line) yield* judge(next.start - token.end, next, token.line + 1, spacing);
}

/** Judges the spaces between a token and the one before it in its line. */
function* spacesBefore(token: Token, previous: Token | undefined, text: string, spacing: Spacing): Generator<LintProblem> {
  // A text block ends at the beginning of the next line: what precedes there is indentation.
  if (!previous || previous.endLine !== token.line || text[previous.end - 1] === '\n') return;
  yield* judge(token.start - previous.end, token, token.line + 1, spacing);
}

/** The rule on the spaces inside braces, or inside brackets. */
function flowSpacing(name: 'braces' | 'brackets', collection: 'mapping' | 'sequence'): LintRule {
  const [opens, closes]: TokenType[] = [`flow-${collection}-start`, `flow-${collection}-end`];
  const where = `inside ${name}`;
  return {
    name,
    options: {
      forbid: { type: ['boolean', { word: 'non-empty' }], default: false },
      'min-spaces-inside': integerOption(0),
      'max-spaces-inside': integerOption(0),
      'min-spaces-inside-empty': integerOption(-1),
      'max-spaces-inside-empty': integerOption(-1),
    },
    *check({ text, tokens }, options) {
      const { forbid, 'min-spaces-inside-empty': minEmpty, 'max-spaces-inside-empty': maxEmpty } = options;
      const [min, max] = [options['min-spaces-inside'] as number, options['max-spaces-inside'] as number];
      const empty = { min: minEmpty === -1 ? min : (minEmpty as number), max: maxEmpty === -1 ? max : (maxEmpty as number) };
      for (const [i, token] of tokens.entries()) {
        const [previous, next] = [tokens[i - 1], tokens[i + 1]];
        const isEmpty = next?.type === closes;
        if (token.type === closes && previous?.type !== opens) yield* spacesBefore(token, previous, text, { min, max, where });
        if (token.type !== opens) continue;
        if (forbid === true || (forbid === 'non-empty' && !isEmpty)) {
          yield problem(token, `forbidden flow ${collection}`, 'write it over several lines, without brackets', token.end);
        } else yield* spacesAfter(token, next, isEmpty ? { ...empty, where: `inside empty ${name}` } : { min, max, where });
      }
    },
  };
}

const colons: LintRule = {
  name: 'colons',
  options: { 'max-spaces-before': integerOption(0), 'max-spaces-after': integerOption(1) },
  *check({ text, tokens }, options) {
    const before = { max: options['max-spaces-before'] as number, where: 'before colon' };
    const max = options['max-spaces-after'] as number;
    for (const [i, token] of tokens.entries()) {
      const [previous, next] = [tokens[i - 1], tokens[i + 1]];
      // An alias as a key needs the space before its colon.
      if (token.type === 'value' && !(previous?.type === 'alias' && token.start - previous.end === 1)) {
        yield* spacesBefore(token, previous, text, before);
        yield* spacesAfter(token, next, { max, where: 'after colon' });
      } else if (token.type === 'key' && token.end > token.start) yield* spacesAfter(token, next, { max, where: 'after question mark' });
    }
  },
};

/** A comma stands in the line of what it follows. */
const commas: LintRule = {
  name: 'commas',
  options: { 'max-spaces-before': integerOption(0), 'min-spaces-after': integerOption(1), 'max-spaces-after': integerOption(1) },
  *check({ text, tokens }, options) {
    const before = { max: options['max-spaces-before'] as number, where: 'before comma' };
    const after = { min: options['min-spaces-after'] as number, max: options['max-spaces-after'] as number, where: 'after comma' };
    for (const [i, token] of tokens.entries()) {
      if (token.type !== 'flow-entry') continue;
      const previous = tokens[i - 1];
      if (previous && before.max !== -1 && previous.endLine < token.line) {
        const offset = token.column > 0 ? token.start - 1 : token.start;
        yield problem(token, 'too many spaces before comma', 'move the comma to the end of the line above', offset);
      } else yield* spacesBefore(token, previous, text, before);
      yield* spacesAfter(token, tokens[i + 1], after);
    }
  },
};

const hyphens: LintRule = {
  name: 'hyphens',
  options: { 'max-spaces-after': integerOption(1) },
  *check({ tokens }, options) {
    const after = { max: options['max-spaces-after'] as number, where: 'after hyphen' };
    for (const [i, token] of tokens.entries()) if (token.type === 'block-entry') yield* spacesAfter(token, tokens[i + 1], after);
  },
};

/** Spaces beside signs: just inside `{}` and `[]`, around `:` and `,`, after `-` and the `?` of a key. */
export const spacingRules: readonly LintRule[] = [
  flowSpacing('braces', 'mapping'),
  flowSpacing('brackets', 'sequence'),
  colons,
  commas,
  hyphens,
];
