import { rejected, type Drop, type Sample } from '@sdg/core';

/** The rejection of a sample that lacks one of `columns`; undefined if it has them all. */
export function missingColumn(sample: Sample, columns: readonly string[]): Drop | undefined {
  const name = columns.find((column) => sample[column] === undefined);
  return name === undefined
    ? undefined
    : rejected('missing-column', { message: `the block reads column "${name}", which the sample lacks` });
}
