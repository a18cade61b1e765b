import { setImmediate as turn } from 'node:timers/promises';
import { Gate, inEnvelope, Ledger, seedSample, type Observer, type Sample, type Teacher } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { expect, it } from 'vitest';
import { runUnit } from './run-unit.js';
import { stagesOf } from './stages.js';
import { ask } from './test-support/ask.js';
import { chainOf } from './test-support/chain-of.js';
import { pipelineOf, smallWorld } from './test-support/small-world.js';

const seed = (columns: object): Sample => inEnvelope(seedSample({ ...columns }), { seed: 7 });
const stageOf = (...types: string[]) => stagesOf(pipelineOf([undefined, ...types]), smallWorld)[0]!;
const short = stageOf('Make', 'Make', 'Make', 'Make');
const makes = stageOf('Make', 'Make', 'Make', 'Make', 'Make');
const catalog = new Map([...smallWorld, [ask.type, ask as never]]);
const [asks] = stagesOf({ name: 'p', chains: [chainOf(undefined, [{ type: 'Ask', config: { children: 1 } }])] }, catalog);

it('gives what comes out and what was rejected in the order of one after another, whatever overtakes what', async () => {
  for (const wait of [0, 1, 2, 3]) {
    const { samples } = await runUnit(short, seed({ wait, children: 3 }), { catalog });
    const { rejects } = await runUnit(makes, seed({ wait, children: 3 }), { catalog });
    const paths = samples.map(({ path }) => String(path));
    expect(paths.length).toBeGreaterThan(1);
    expect(paths).toEqual([...paths].sort());
    const rejected = rejects.map(({ sample }) => String(sample['path']));
    expect(rejected.length).toBeGreaterThan(1);
    expect(rejected).toEqual([...rejected].sort());
    expect(samples.every(({ _sdg }) => (_sdg as { at?: object }).at !== undefined)).toBe(true);
  }
});

it('tells the observer, and keeps an account that is given', async () => {
  const made: number[] = [];
  const observer: Observer = { sampleMade: (_block, _sample, more) => made.push(more) };
  const ledger = new Ledger();
  const answer = await runUnit(makes, seed({ children: 2 }), { catalog, observer, ledger });
  expect(made.length).toBeGreaterThan(0);
  expect(ledger.toJSON()).toEqual(answer.ledger);
  expect(answer.ledger.map(({ block }) => block)).toEqual(makes.steps.map(({ label }) => label));
});

it('makes no call once it is draining, and what is asked by then ends', async () => {
  const stop = new AbortController();
  const asked: unknown[] = [];
  let answer: ((text: string) => void) | undefined;
  const teacher = scriptedTeacher((request) => {
    asked.push(request);
    return new Promise<string>((resolve) => (answer = resolve));
  });
  const underWay = runUnit(asks!, seed({}), { catalog, teacher, draining: stop.signal });
  while (!answer) await turn();
  stop.abort();
  const late = await runUnit(asks!, seed({}), { catalog, teacher, draining: stop.signal });
  expect([late.samples, late.ledger[0]!.unfinished, asked.length]).toEqual([[], 1, 1]);
  answer('yes');
  const { samples, ledger } = await underWay;
  expect([samples.length, ledger[0]!.unfinished]).toEqual([1, 0]);
});

it('follows the limit of its teacher while it runs, and leaves nothing behind', async () => {
  const listeners = new Set<(limit: number) => void>();
  const teacher: Teacher = {
    ...scriptedTeacher(() => 'yes'),
    onLimit(listener) {
      listeners.add(listener);
      listener(3);
      return () => listeners.delete(listener);
    },
  };
  const gate = new Gate();
  await runUnit(asks!, seed({}), { catalog, teacher, gate });
  expect([gate.slots, listeners.size]).toEqual([3, 0]);
});

it('needs no order, or says which it needs', async () => {
  const [ordered] = stagesOf(pipelineOf([undefined, 'Stream']), catalog);
  await expect(runUnit(ordered!, seed({}), { catalog })).rejects.toThrow('stage all 0 needs the order of the stream');
});
