import type { Token } from '@sdg/config';
import type { LintProblem } from './lint-rule.js';

interface Spacing {
  /** Fewest spaces allowed; -1: any. */
  readonly min?: number;
  /** Most spaces allowed; -1: any. */
  readonly max?: number;
  /** Where the spaces are: `after colon`. */
  readonly where: string;
}

function judge(spaces: number, next: Token, seenAt: number, { min = -1, max = -1, where }: Spacing): LintProblem | undefined {
  if (max !== -1 && spaces > max) {
    return {
      offset: next.start - 1,
      seenAt,
      message: `too many spaces ${where}`,
      remedy: max === 0 ? 'remove them' : `leave ${max} at most`,
    };
  }
  if (min !== -1 && spaces < min) {
    return { offset: next.start, seenAt, message: `too few spaces ${where}`, remedy: `leave at least ${min}` };
  }
  return undefined;
}

/** Judges the spaces between a token and the next one in its line. */
export function spacesAfter(token: Token, next: Token | undefined, spacing: Spacing): LintProblem | undefined {
  if (!next || token.endLine !== next.line) return undefined;
  return judge(next.start - token.end, next, token.line + 1, spacing);
}

/** Judges the spaces between a token and the one before it in its line. */
export function spacesBefore(token: Token, previous: Token | undefined, text: string, spacing: Spacing): LintProblem | undefined {
  // A text block ends at the beginning of the next line: what precedes there is indentation.
  if (!previous || previous.endLine !== token.line || text[previous.end - 1] === '\n') return undefined;
  return judge(token.start - previous.end, token, token.line + 1, spacing);
}
