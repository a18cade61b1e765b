import { setImmediate } from 'node:timers/promises';
import { catalog } from '@sdg/blocks';
import { DEFAULT_SETTINGS, formatFinding, Random } from '@sdg/core';
import { offlineTeacher } from '@sdg/offline';
import { Fold, loadPipeline, type FoldStep, type Unit } from '@sdg/pipeline';
import { drawLatency, parseLatency } from '@sdg/teacher-sim';
import { answeredRun, answerOfCopy, copyOfSeed } from '../answered-units.js';
import { pipelineFolder } from '../bins.js';
import { baseSeeds } from '../seeds.js';
import { ClusterSimulation, type SimulatedCluster } from '../simulated-cluster.js';

export interface SimulateClusterInput {
  readonly workers: number;
  readonly slots: number;
  /** So many or a little more. */
  readonly calls: number;
  /** Each of them is a run of its own with the same units: `lognormal:10000,0.6`. */
  readonly latencies: readonly string[];
  /** Milliseconds of the coordinator for each answer, and from machine to machine. */
  readonly answerMs: number;
  readonly hopMs: number;
  /** Seeds of each kind that are copied. Default: all that the taxonomy has. */
  readonly seedsEach?: number;
}

interface SimulatedRun extends SimulatedCluster {
  readonly rows: number;
  /** Rows that one process would make. */
  readonly expectedRows: number;
  readonly seeds: number;
  /** Measured: microseconds of the fold for each call, and megabytes of heap after the first tenth of the calls and at most. */
  readonly foldUs: number;
  readonly heapMbEarly: number;
  readonly heapMbMost: number;
}

/** Runs `full` over copies of the taxonomy in virtual time: the fold is the real one, answers are played back. */
export default async function simulateCluster({ latencies, ...input }: SimulateClusterInput): Promise<SimulatedRun[]> {
  const { pipeline, findings } = await loadPipeline(pipelineFolder('full'), { catalog });
  if (!pipeline) throw new Error(findings.map(formatFinding).join('\n'));
  const kinds = await Promise.all((['freeform_skill', 'grounded_skill', 'knowledge'] as const).map(baseSeeds));
  const seeds = kinds.flatMap((some) => some.slice(0, input.seedsEach));
  const settings = DEFAULT_SETTINGS;
  const base = await answeredRun(pipeline, seeds, { catalog, settings, teacher: offlineTeacher() });
  const copies = Math.ceil(input.calls / base.calls);
  const count = copies * seeds.length;
  // Copies differ in their leaf and their place alone.
  const known = (unit: Unit) => {
    const [seed, index] = unit.key.split('.').slice(-2).map(Number);
    return base.units.get(`${unit.stage.chain}.${unit.stage.index}.${seed! % seeds.length}.${index}`)!;
  };
  const runs: SimulatedRun[] = [];
  for (const latency of latencies) {
    const fold = new Fold(pipeline, { catalog, settings });
    const drawn = parseLatency(latency);
    const random = new Random('simulated cluster', latency);
    let [fed, rows, foldMs, heapMbEarly, heapMbMost] = [0, 0, 0, 0, 0];
    const timed = (step: () => FoldStep): readonly Unit[] => {
      const began = performance.now();
      const { units, rows: made } = step();
      foldMs += performance.now() - began;
      rows += made.length;
      return units;
    };
    const simulation = new ClusterSimulation({
      ...input,
      callMs: () => drawLatency(drawn, random),
      wavesOf: (unit) => known(unit).waves,
      nextSeed: () => {
        if (fed === count) return undefined;
        const seed = copyOfSeed(seeds[fed % seeds.length]!, Math.floor(fed++ / seeds.length));
        return timed(() => fold.seed(seed));
      },
      end: () => timed(() => fold.end()),
      answered: (unit) => {
        const answer = answerOfCopy(known(unit).answer, unit);
        return timed(() => fold.take(unit.key, answer));
      },
      onCalls: (calls) => {
        if (calls % 20_000 !== 0) return;
        const heapMb = process.memoryUsage().heapUsed / 1e6;
        heapMbMost = Math.max(heapMbMost, heapMb);
        if (calls <= input.calls / 10) heapMbEarly = Math.max(heapMbEarly, heapMb);
      },
    });
    const simulated = await simulation.run(() => setImmediate());
    if (!fold.isOver) throw new Error('the simulation stands still: units wait, and nobody works on them');
    fold.ledger.reconcile();
    const foldUs = (foldMs * 1000) / simulated.calls;
    runs.push({ ...simulated, rows, expectedRows: base.rows * copies, seeds: count, foldUs, heapMbEarly, heapMbMost });
  }
  return runs;
}
