import { selectSubset, semanticDuplicates, unitVector } from '@sdg/blocks';
import { Random, Run, type Sample } from '@sdg/core';
import { count, from, lastValueFrom } from 'rxjs';

export interface SemanticVectorsInput {
  readonly rows: number;
  readonly dimensions: number;
  /** Chosen of the vectors, in place of looking for repeats. */
  readonly select?: number;
}

/** Every tenth vector is one from before, turned a little; the others are around one of 2,000 places. */
const [EVERY, PLACES] = [10, 2000];

function* vectors({ rows, dimensions }: SemanticVectorsInput): Generator<Float32Array> {
  const random = new Random('semantic vectors');
  const gauss = (): number => random.float() + random.float() + random.float() + random.float() - 2;
  const near = (centre: ArrayLike<number>, spread: number): Float32Array =>
    unitVector(Array.from(centre, (value) => value + spread * gauss()))!;
  const places = Array.from({ length: PLACES }, () => Array.from({ length: dimensions }, gauss));
  const kept: Float32Array[] = [];
  for (let i = 1; i <= rows; i++) {
    if (i % EVERY === 0) {
      yield near(kept[random.below(kept.length)]!, 0.2 / Math.sqrt(dimensions));
      continue;
    }
    const vector = near(places[random.below(PLACES)]!, 1);
    if (kept.length < 20_000) kept.push(vector);
    yield vector;
  }
}

/** Looks for repeats among vectors that came with the samples, or chooses a subset; CPU without that of making them. */
export default async function semanticVectors(input: SemanticVectorsInput): Promise<{ cpuS: number; kept: number }> {
  let making = 0;
  const timed = <T>(work: () => T): T => {
    const before = process.cpuUsage();
    const made = work();
    const { user, system } = process.cpuUsage(before);
    making += user + system;
    return made;
  };
  const made = vectors(input);
  const next = (): Float32Array | undefined => {
    const step = made.next();
    return step.done ? undefined : step.value;
  };
  function* samples(): Generator<Sample> {
    const one = (): Sample | undefined => {
      const vector = next();
      return vector && ({ question: 'Which one?', vector: Array.from(vector) } as unknown as Sample);
    };
    for (let sample = timed(one); sample; sample = timed(one)) yield sample;
  }
  const before = process.cpuUsage();
  let kept: number;
  if (input.select === undefined) {
    const run = new Run();
    const block = semanticDuplicates({ vector_col: 'vector', columns: ['question'], scope: 'all' }, run.block('dedupe'));
    kept = await lastValueFrom(from(samples()).pipe(block, count()));
    run.ledger.reconcile();
  } else {
    const all = timed(() => [...made]);
    kept = selectSubset(all, { count: input.select }).chosen.length;
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuS: (user + system - making) / 1e6, kept };
}
