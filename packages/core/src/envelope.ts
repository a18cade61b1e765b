import { type Lineage, lineageOf, type Sample, NONE } from '@sdg/values';

/**
 * What the machinery knows of a sample on its way, as plain data: it survives JSON, so a sample may cross a process or a
 * machine between any two blocks. It stands in the reserved column of the lineage as `_sdg.at`; {@link settle} gives it
 * to whatever a block makes of a sample, so that blocks need not know of it, and nothing that leaves a run shows it.
 *
 * - `seed` is the number of the sample's seed in the input of the run, from 0: its position in the output, and where a
 *   run goes on until it has enough, the number of its attempt. Whoever feeds a pipeline may give it (a shard, a
 *   coordinator); otherwise it is counted.
 * - `turn` is there inside a segment whose samples overtake each other: the number of the ancestor that came into the
 *   segment, then the index among its siblings at every block that made several of one. Sorted by it, samples are in
 *   the order in which they would have come one after another.
 *
 * @example { "question": "Why?", "_sdg": { "id": "…", "root": "…", "path": [], "at": { "seed": 17, "turn": [4, 0, 2] } } }
 */
export interface Envelope {
  readonly seed?: number;
  readonly turn?: readonly number[];
  /** The part of the input that the run was given, `2/8`, where it was divided: what comes out is to be merged. */
  readonly shard?: string;
}

type Enveloped = Lineage & { readonly at?: Envelope };

/** What the machinery knows of a sample; undefined for one that is not under way. */
export const envelopeOf = (sample: Sample): Envelope | undefined => (sample._sdg as Enveloped | undefined)?.at;

/** The sample in this envelope; without one, out of any. */
export function inEnvelope<S extends Sample>(sample: S, at: Envelope | undefined): S {
  if (envelopeOf(sample) === at) return sample;
  const { at: _old, ...lineage } = lineageOf(sample) as Enveloped;
  return { ...sample, _sdg: at ? { ...NONE, ...lineage, at } : lineage };
}

/** The envelope of one of several children. */
export const childEnvelope = (parent: Envelope, index: number): Envelope =>
  parent.turn ? { ...parent, turn: [...parent.turn, index] } : parent;

/** The order of depth-first descent. */
export function compareTurns(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
