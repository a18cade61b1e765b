import { counted, groupDigits, SdgError } from '@sdg/values';

/** Says of how many samples no row was made, and why. */
export function tellLeftOut(rejected: Readonly<Record<string, number>>, say: (line: string) => void): void {
  for (const [reason, n] of Object.entries(rejected)) say(`${counted(n, 'sample')} left out: ${reason}`);
}

/** Tells of leaves whose one document is shown without others. */
export const tellAlone =
  (say: (line: string) => void) =>
  (leaf: string): void =>
    say(`leaf ${leaf} has one document only: its questions are shown without distractors`);

/** What a mix read, where no row came of it. */
export interface Fruitless {
  /** Samples and rows that came in, without bad lines. */
  readonly read: number;
  /** Lines passed over, as they were bad. */
  readonly badLines: number;
  /** Reasons for which samples were left out and rows dropped, most first. */
  readonly reasons: readonly string[];
}

/** What a mix without a row fails by: an empty file that looks like success would be trained on, or waited for. */
export function noRows({ read, badLines, reasons }: Fruitless): SdgError {
  if (reasons.length > 0) {
    const areSeeds = reasons.every((reason) => reason === 'no question and answer');
    return new SdgError(
      'no-output',
      `no row came out of ${groupDigits(read)} ${read === 1 ? 'sample or row' : 'samples or rows'}: ${reasons.join(', ')}`,
      {
        remedy: areSeeds ? 'send seeds and chunks through sdg-run first' : 'mend that, or leave out what drops them',
      },
    );
  }
  if (read > 0) {
    return new SdgError('no-output', 'no row came out: the sizes that are asked for come to none', { remedy: 'ask for more' });
  }
  if (badLines > 0) {
    return new SdgError('no-output', `no row came out: every line of the input is bad (${groupDigits(badLines)})`, {
      remedy: 'mend the lines that are named above',
    });
  }
  return new SdgError('no-output', 'the input was empty, so no row came out', { remedy: 'see why what was to write it gave none' });
}
