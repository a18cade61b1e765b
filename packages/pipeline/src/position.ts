import { lineageOf, type Lineage, type Sample } from '@sdg/core';

/**
 * The place of a sample's seed in the input. It rides on the lineage, which every block hands on to what it makes of a
 * sample, under a symbol, which no output shows.
 */
const POSITION = Symbol('position');

/** The sample with its position noted. */
export function withPosition(sample: Sample, position: number): Sample {
  return { ...sample, _sdg: { ...lineageOf(sample), [POSITION]: position } as Lineage };
}

/** The position of the seed that a sample was made from; undefined if a block has thrown the lineage away. */
export const positionOf = (sample: Sample): number | undefined => (sample._sdg as { readonly [POSITION]?: number } | undefined)?.[POSITION];

/** The sample as it leaves the pipeline: its lineage names the pipeline, and the position is gone. */
export function leave(sample: Sample, pipeline: string): Sample {
  const { [POSITION]: _position, ...lineage } = lineageOf(sample) as Lineage & { [POSITION]?: number };
  return { ...sample, _sdg: { ...lineage, pipeline } };
}
