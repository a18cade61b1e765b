import { attempt } from '@sdg/core';
import { asciiDigits, strip } from '@sdg/python';
import { asText } from './as-text.js';

export type Dtype = 'int' | 'float' | 'bool';

const NAMES = { int: 'a whole number', float: 'a number', bool: 'true or false' } as const satisfies Record<Dtype, string>;

/** A value that is not what it should be taken for. */
export class NotConvertible extends Error {
  override readonly name = 'NotConvertible';
  constructor(value: unknown, dtype: Dtype, problem = `is not ${NAMES[dtype]}`) {
    super(`${JSON.stringify(asText(value).slice(0, 80))} ${problem}`);
  }
}

const INT = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/;
/** What judges leave around a number: its label (`Rating: 1`, `is: 1`), bold type, brackets. */
const AROUND =
  /^[*_[(`"'\s]*(?:(?:(?:the|final|total|overall)\s+)*(?:rating|score|grade|mark|judge?ment)\s*(?:is)?|is)?[*_\s]*[:=]?[*_[(`"'\s]*([-+]?[\d.]+?)[*_\])`"'\s]*\.?$/iu;

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['1.0', true],
  ['false', false],
  ['no', false],
  ['0', false],
  ['0.0', false],
]);

/** The number that a text is; undefined where it is none, or what JSON cannot carry: there is no negative nothing in it, either. */
function read(text: string, dtype: Dtype): number | undefined {
  const form = dtype === 'int' ? INT : FLOAT;
  const written = form.test(text) ? text : (AROUND.exec(text)?.[1] ?? '');
  const number = Number(written.replaceAll('_', ''));
  return form.test(written) && Number.isFinite(number) ? number + 0 : undefined;
}

/**
 * A value as a number or truth, by the rules of Python's `int()` and `float()`: white space around it does not count,
 * digits of any script do, "1.0" is no int. So is what a judge wrote with its label or in bold: "Rating: 1", "**2**".
 * `nan` and `inf`, which Python takes and JSON has no words for, are none. Truths are words and numbers that say so;
 * Python's `bool("False")` is True, which nobody means. Fails with {@link NotConvertible}.
 */
export function convert(value: unknown, dtype: Dtype): number | boolean {
  const text = asciiDigits(
    strip(typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''),
  );
  if (dtype === 'bool') {
    const truth = truths.get(text.toLowerCase());
    if (truth !== undefined) return truth;
  } else if (typeof value === 'boolean') {
    return Number(value);
  } else if (typeof value === 'number') {
    return dtype === 'int' ? Math.trunc(value) : value;
  } else {
    const number = read(text, dtype);
    // Its last digits would become others, without a word.
    if (dtype === 'int' && number !== undefined && !Number.isSafeInteger(number)) {
      throw new NotConvertible(value, dtype, 'has more digits than a number holds');
    }
    if (number !== undefined) return number;
  }
  throw new NotConvertible(value, dtype);
}

/** The number that a score is, a judge's text too; undefined where it is none. */
export const scoreOf = (value: unknown): number | undefined => attempt(() => convert(value, 'float') as number);
