import { setImmediate } from 'node:timers/promises';
import { type Catalog, contentHash, envelopeOf, inEnvelope, type RunSettings, type Sample, sumOf, type Teacher } from '@sdg/core';
import { Fold, runUnit, type Pipeline, type Unit, type UnitAnswer } from '@sdg/pipeline';

/** Calls of a unit that can be made at once. */
export interface Wave {
  readonly calls: number;
  /** The block that makes them, by its stage in the whole pipeline; of several the first. */
  readonly stage: number;
}

/** What a unit came to, and the calls that it took, one wave after another. */
interface AnsweredUnit {
  readonly answer: UnitAnswer;
  readonly waves: readonly Wave[];
}

interface AnsweredRun {
  /** By key of the unit. */
  readonly units: ReadonlyMap<string, AnsweredUnit>;
  readonly rows: number;
  readonly calls: number;
}

/** Turns of the event loop after which whatever would call has called. */
const TURNS = 6;

/** Runs a unit, answering all its calls of a moment together. */
async function inWaves(unit: Unit, teacher: Teacher, catalog: Catalog, settings: RunSettings): Promise<AnsweredUnit> {
  const waiting: (() => void)[] = [];
  const waves: Wave[] = [];
  let isDone = false;
  let wave: Wave = { calls: 0, stage: Infinity };
  const held: Teacher = {
    ...teacher,
    complete: async (request, options) => {
      wave = { calls: wave.calls + (request.n ?? 1), stage: Math.min(wave.stage, -options!.tail!.priority) };
      await new Promise<void>((resolve) => waiting.push(resolve));
      return teacher.complete(request, options);
    },
  };
  const running = runUnit(unit.stage, unit.sample, { catalog, settings, teacher: held }).finally(() => (isDone = true));
  while (!isDone) {
    for (let turn = 0; turn < TURNS && !isDone; turn++) await setImmediate();
    if (wave.calls > 0) waves.push(wave);
    wave = { calls: 0, stage: Infinity };
    for (const go of waiting.splice(0)) go();
  }
  return { answer: await running, waves };
}

/** Runs seeds through a pipeline unit by unit, and keeps what each came to. */
export async function answeredRun(
  pipeline: Pipeline,
  seeds: readonly Sample[],
  { catalog, settings, teacher }: { readonly catalog: Catalog; readonly settings: RunSettings; readonly teacher: Teacher },
): Promise<AnsweredRun> {
  const fold = new Fold(pipeline, { catalog, settings });
  const units = new Map<string, AnsweredUnit>();
  let rows = 0;
  const queue: Unit[] = [];
  const steps = [...seeds.map((seed) => () => fold.seed(seed)), () => fold.end()];
  const see = (step: ReturnType<Fold['end']>): void => {
    queue.push(...step.units);
    rows += step.rows.length;
  };
  for (const step of steps) see(step());
  for (let unit = queue.shift(); unit; unit = queue.shift()) {
    const answered = await inWaves(unit, teacher, catalog, settings);
    units.set(unit.key, answered);
    see(fold.take(unit.key, answered.answer));
  }
  const calls = [...units.values()].reduce((sum, { waves }) => sum + sumOf(waves, (wave) => wave.calls), 0);
  return { units, rows, calls };
}

/** A seed again, in a leaf of its own: what is one leaf's state meets it only there. */
export function copyOfSeed(seed: Sample, copy: number): Sample {
  const leaf = `${String(seed['leaf_node_path'])}_${copy}`;
  return { ...seed, leaf_node_path: leaf, _sdg: { ...seed._sdg!, root: contentHash('copy', String(copy), seed._sdg!.root) } };
}

/** What the same unit of a copy comes to. */
export function answerOfCopy({ samples, ...rest }: UnitAnswer, { sample }: Unit): UnitAnswer {
  const at = envelopeOf(sample);
  const leaf = sample['leaf_node_path'];
  return { ...rest, samples: samples.map((made) => inEnvelope('leaf_node_path' in made ? { ...made, leaf_node_path: leaf } : made, at)) };
}
