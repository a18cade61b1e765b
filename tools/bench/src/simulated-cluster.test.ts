import { Random } from '@sdg/core';
import type { Unit } from '@sdg/pipeline';
import { drawLatency } from '@sdg/teacher-sim';
import { expect, it } from 'vitest';
import { expectedSchedule } from './list-schedule.js';
import { ClusterSimulation } from './simulated-cluster.js';

const unit = (key: string, level: number): Unit => ({ key, sample: {}, stage: { steps: [{ priority: level }] } }) as unknown as Unit;

/** Seeds that become thirty children each, with three calls one after another: freeform skills of `full`. */
async function tail(workers: number, seed: number) {
  const random = new Random('tail', seed);
  const times: number[] = [];
  let fed = 0;
  const simulation = new ClusterSimulation({
    ...{ workers, slots: 64, answerMs: 0.3, hopMs: 5 },
    callMs: () => {
      const ms = drawLatency({ kind: 'lognormal', meanMs: 400, sigma: 0.6 }, random);
      times.push(ms);
      return ms;
    },
    wavesOf: ({ stage }) => (stage.steps[0]!.priority === 1 ? [1] : [3, 5, 6]).map((block) => ({ calls: 1, stage: block })),
    nextSeed: () => (fed === 100 ? undefined : [unit(`seed ${fed++}`, 1)]),
    end: () => [],
    answered: ({ key, stage }) => (stage.steps[0]!.priority > 1 ? [] : Array.from({ length: 30 }, (_, i) => unit(`${key}.${i}`, 3))),
  });
  const { busyOverall, calls } = await simulation.run(() => Promise.resolve());
  expect(calls).toBe(9100);
  return { busy: busyOverall, bound: await expectedSchedule(times, workers * 64, random) };
}

it.each([1, 2, 4])(
  'keeps slots of %i workers nearly as busy as if no call waited for another, the tail included',
  { timeout: 60_000 },
  async (workers) => {
    let [busy, bound] = [0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const one = await tail(workers, seed);
      busy += one.busy / 6;
      bound += one.bound / 6;
    }
    expect(busy / bound).toBeGreaterThan(0.98);
  },
);
