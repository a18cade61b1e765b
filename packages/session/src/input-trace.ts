import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, contentHash, counted, fileError, groupDigits, type Sample } from '@sdg/core';
import { PRIVATE } from './run-lock.js';

/** How an input began, or what it was: a line of `input.jsonl` in the run folder. */
interface InputMark {
  /** Samples so far. */
  readonly samples: number;
  /** Digest of all of them. */
  readonly digest: string;
  /** There were no more. */
  readonly ended?: boolean;
}

/** Samples between two marks; before, there is one at each power of two, so that another input is noticed soon. */
const EVERY = 256;
const isMarked = (samples: number): boolean => samples % EVERY === 0 || (samples < EVERY && (samples & (samples - 1)) === 0);

/** Where the marks are, in the run folder. */
export const INPUT_FILE = 'input.jsonl';

function isMark(value: unknown): value is InputMark {
  const { samples, digest } = (value ?? {}) as Partial<InputMark>;
  return typeof samples === 'number' && typeof digest === 'string';
}

/** The marks of an earlier run; none where there are none. A line that a kill has torn does not count. */
function readMarks(path: string): InputMark[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const mark: unknown = JSON.parse(line);
      return isMark(mark) ? [mark] : [];
    } catch {
      return [];
    }
  });
}

interface InputTraceOptions {
  /** The run folder. */
  readonly folder: string;
  /** Told once, in words, that the samples are not those of the run recorded there. If it throws, the input fails with that. */
  readonly onChange: (what: string) => void;
}

/**
 * Hands on samples whose source cannot be looked at beforehand, and compares them as they pass with those of the run
 * that the folder records, as far as that one came. From the first difference on the record is of these samples.
 */
export async function* traceInput(
  samples: AsyncIterable<Sample>,
  { folder, onChange }: InputTraceOptions,
): AsyncGenerator<Sample, void, undefined> {
  const path = join(folder, INPUT_FILE);
  const earlier = readMarks(path);
  const known = new Map(earlier.map((mark) => [mark.samples, mark]));
  const end = [...known.values()].find(({ ended }) => ended)?.samples ?? Infinity;
  /** Where the record of an earlier run is no longer true. */
  let isNew = known.size === 0;
  const passed: InputMark[] = [];
  let count = 0;
  let digest = '';

  const record = (put: (path: string, text: string, options: { readonly mode: number }) => void, marks: readonly InputMark[]): void => {
    try {
      put(path, marks.map((mark) => `${JSON.stringify(mark)}\n`).join(''), { mode: PRIVATE });
    } catch (error) {
      throw fileError('write', path, error);
    }
  };
  const differ = (what: string): void => {
    onChange(what);
    isNew = true;
    record(writeFileSync, passed);
  };
  const mark = (ended: boolean): void => {
    const now: InputMark = { samples: count, digest, ...(ended && { ended }) };
    const before = isNew ? undefined : known.get(count);
    if (before && before.digest !== digest) {
      const first = count === 1 ? 'sample is not that' : `${groupDigits(count)} samples are not those`;
      differ(`the first ${first} of the run recorded in ${folder}`);
    }
    if (!before || isNew || (ended && !before.ended)) record(appendFileSync, [now]);
    passed.push(now);
  };

  // Anew: its last line may be torn.
  record(writeFileSync, earlier);
  for await (const sample of samples) {
    digest = contentHash(digest, canonicalJson(sample));
    count++;
    if (!isNew && count > end) differ(`there are more samples than the ${groupDigits(end)} of the run recorded in ${folder}`);
    if (isMarked(count)) mark(false);
    yield sample;
  }
  const most = Math.max(0, ...known.keys());
  if (!isNew && count < most) differ(`${counted(count, 'sample')} came, and the run recorded in ${folder} had read ${groupDigits(most)}`);
  mark(true);
}
