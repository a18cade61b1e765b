import { lineageOf, type Lineage } from './lineage.js';
import type { Sample } from './sample.js';

/** When it is a sample's turn among those that left their order on the way: its ancestor's number, and its way down from it. */
export interface Turn {
  readonly root: number;
  readonly path: readonly number[];
}

/** It rides on the lineage, which every block hands on, under a symbol, which no output shows. */
const TURN = Symbol('turn');

type WithTurn = Lineage & { readonly [TURN]?: Turn };

export const turnOf = (sample: Sample): Turn | undefined => (sample._sdg as WithTurn | undefined)?.[TURN];

/** The sample with its turn noted; without one, with the note taken away. */
export function withTurn<S extends Sample>(sample: S, place: Turn | undefined): S {
  const { [TURN]: _old, ...lineage } = lineageOf(sample) as WithTurn;
  return { ...sample, _sdg: place ? { ...lineage, [TURN]: place } : lineage };
}

/** The order of depth-first descent. */
export function compareTurns(a: Turn, b: Turn): number {
  if (a.root !== b.root) return a.root - b.root;
  const shared = Math.min(a.path.length, b.path.length);
  for (let i = 0; i < shared; i++) if (a.path[i] !== b.path[i]) return a.path[i]! - b.path[i]!;
  return a.path.length - b.path.length;
}
