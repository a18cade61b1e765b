import { Random } from '@sdg/core';
import { pipelineFolder } from '../bins.js';
import type { BenchContext } from '../context.js';
import { inLanes } from '../in-lanes.js';
import { expectedSchedule, listSchedule } from '../list-schedule.js';
import { seedsOf, writeSeeds, type LeafKind } from '../seeds.js';
import { atLeast, higher, lower, type Measured, missing, row, type Suite } from '../suite.js';
import type { RunPipelineOutput } from '../tasks/run-pipeline.js';

interface Run extends RunPipelineOutput {
  readonly busy: number;
  readonly greatest: number;
  /** How busy list scheduling would keep the slots with the service times that were drawn: in random order, and as begun. */
  readonly bound: number;
  readonly sameOrder: number;
}

interface Case {
  readonly id: string;
  readonly title: string;
  readonly kinds: readonly LeafKind[];
  readonly slots: number;
  readonly concurrency: number | 'auto';
  readonly calls: number;
}

/** Cases measured side by side: their slots sleep, so they disturb each other little. */
const LANES = 5;
/** Mean service time by slots: long enough that a busy machine can make the calls. */
const meanMs: Readonly<Record<number, number>> = { 4: 75, 32: 320, 256: 1600 };
const SIGMA = 0.8;
/** Calls of the long case: a night's run is longer still. */
const LONG = 9000;
const KINDS: readonly LeafKind[] = ['freeform_skill', 'grounded_skill', 'knowledge'];
const label: Readonly<Record<LeafKind, string>> = {
  freeform_skill: 'freeform skills',
  grounded_skill: 'grounded skills',
  knowledge: 'knowledge',
};

function casesOf({ short }: BenchContext): Case[] {
  const calls: Readonly<Record<number, number>> = short ? { 4: 40 } : { 4: 2000, 32: 3000, 256: 4000 };
  const settings = (slots: number) => [slots, 'auto'] as const;
  const all = (slots: number, kinds: readonly LeafKind[], name: string, title: string, most = calls[slots] ?? 0): Case[] =>
    settings(slots).map((concurrency) => ({
      id: `${name}.${concurrency === 'auto' ? 'auto' : 'fixed'}-${slots}`,
      title: `${title}, S = ${slots}, ${concurrency === 'auto' ? 'auto' : 'fixed'}`,
      kinds,
      slots,
      concurrency,
      calls: most,
    }));
  const single = KINDS.flatMap((kind) => all(32, [kind], kind, label[kind]));
  const mixed = [4, 32, 256].flatMap((slots) => all(slots, KINDS, 'all', 'all three kinds'));
  // The longest first.
  const long = short ? [] : all(32, KINDS, 'long', `all three kinds, ${LONG} calls`, LONG);
  return [...long, ...single, ...mixed].filter((one) => one.calls > 0);
}

const targetIds = [
  ...KINDS.map((kind) => [`${kind}.fixed-32`, `full pipeline, ${label[kind]}`] as const),
  ['all.fixed-32', 'full pipeline, all three kinds'] as const,
  ['long.fixed-32', `full pipeline, all three kinds, ${LONG} calls`] as const,
];

export const saturation: Suite = {
  name: 'saturation',
  title: 'Saturation',
  minutes: 11,
  about: (context) =>
    `The pipeline \`full\` against the simulated server: S slots, a queue beyond them, lognormal service times (sigma ${SIGMA}; ` +
    `mean ${Object.entries(meanMs)
      .map(([slots, ms]) => `${ms} ms at S = ${slots}`)
      .join(', ')}), answers of the offline teacher over chat, worked out in a first run against a server without latency; no cache. ` +
    `${LANES} cases are measured side by side: slots sleep. Seeds of ${context.short ? 'a few' : 'five'} leaves of unequal ` +
    `size (half of them in one). Busy: slot-seconds worked ÷ (S × wall), from the first call's arrival to the last one's ` +
    `end, as the server counts. The fewer calls there are for a slot, the more the tail weighs: how much, list scheduling ` +
    `of the same calls shows, in which each slot takes the next call of a list the moment it is free and no call waits for ` +
    `another: in random order (the mean of 200), as busy as whoever does not know how long calls will take can keep the ` +
    `slots, in the mean; and in the order in which the server began them, which leaves luck out: what the program loses is ` +
    `the difference of busy to that. Filled: the same up to the last start alone, as the client counts; after it nothing ` +
    `is left to begin, and the tail is that of the last calls themselves. \`auto\` finds S on its own, and pays for it at ` +
    `the start.`,
  targets: Object.fromEntries(
    targetIds.map(([id, title]) => [
      `saturation.${id}.busy`,
      atLeast(0.95, 'issue 5', `slots at least 95 % busy from first call to last: ${title}, S = 32`),
    ]),
  ),
  async *run(context) {
    const ready = new Map<string, string | undefined>();
    const jobs: (() => Promise<Measured[]>)[] = [];
    for (const one of casesOf(context)) {
      const seeds = await seedsFor(context, one, ready);
      jobs.push(async () => {
        if (seeds === undefined) {
          return [
            missing(`saturation.${one.id}.busy`, one.title, 'nothing came out of the pipeline: no reply of the simulated server passed it'),
          ];
        }
        const runs = await context.repeat((i) => runOnce(context, one, seeds, i));
        return [...rowsOf(one, runs)];
      });
    }
    for await (const rows of inLanes(LANES, jobs)) yield* rows;
    if (context.short) yield missing('saturation.more', 'each kind of leaf on its own, S = 32 and 256', 'short mode');
  },
};

/** The file of as many seeds as make the calls wanted: found by small runs against a server without latency. */
async function seedsFor(
  context: BenchContext,
  { kinds, calls }: Case,
  ready: Map<string, string | undefined>,
): Promise<string | undefined> {
  const name = `${kinds.join('-')}-${calls}`;
  if (ready.has(name)) return ready.get(name);
  const file = context.path('saturation', `${name}.jsonl`);
  const runWith = async (seeds: number): Promise<RunPipelineOutput> => {
    writeSeeds(file, (await Promise.all(kinds.map((kind) => seedsOf(kind, seeds)))).flat());
    return context.withSim({ slots: 64 }, (sim) =>
      context.task('run-pipeline', {
        pipeline: pipelineFolder('full'),
        seeds: file,
        url: sim.url,
        concurrency: 16,
        scaleFactor: 5,
      }),
    );
  };
  // The second run has the right size, or nearly, and the server knows its answers from then on.
  let made: RunPipelineOutput | undefined;
  let seeds: number = context.size(10, 2);
  do {
    made = await runWith(seeds);
    if (made.rows === 0) break;
    if (made.calls < calls) seeds = Math.ceil((calls / made.calls) * seeds * 1.05);
  } while (made.calls < calls);
  const usable = made.rows > 0 ? file : undefined;
  ready.set(name, usable);
  return usable;
}

function runOnce(context: BenchContext, { slots, concurrency }: Case, seeds: string, run: number): Promise<Run> {
  const serviceTimes: number[] = [];
  const latency = { kind: 'lognormal', meanMs: context.size(meanMs[slots]!, 20), sigma: SIGMA } as const;
  return context.withSim({ slots, latency, seed: 42 + run, onService: (ms) => serviceTimes.push(ms) }, async (sim) => {
    const output = await context.task('run-pipeline', {
      pipeline: pipelineFolder('full'),
      seeds,
      url: sim.url,
      concurrency,
      scaleFactor: 5,
      slots,
    });
    const { busyShare, greatestInFlight } = sim.stats();
    const bound = await expectedSchedule(serviceTimes, slots, new Random('orders', run));
    return { ...output, busy: busyShare, greatest: greatestInFlight, bound, sameOrder: listSchedule(serviceTimes, slots) };
  });
}

function* rowsOf({ id, title, slots, concurrency }: Case, runs: readonly Run[]): Generator<Measured> {
  const base = `saturation.${id}`;
  const share = (make: typeof row, name: string, what: string, of: (run: Run) => number, note?: string): Measured =>
    make(`${base}.${name}`, `${title}: ${what}`, 'share', runs.map(of), note);
  yield share(higher, 'busy', 'busy', ({ busy }) => busy, `${runs[0]!.calls} calls`);
  yield share(row, 'bound', 'list scheduling of these calls, in random order', ({ bound }) => bound);
  yield share(row, 'order', 'list scheduling of these calls, as the server began them', ({ sameOrder }) => sameOrder);
  yield share(higher, 'full', 'slots filled up to the last start', ({ filled }) => filled);
  yield share(lower, 'tail', 'tail after the last start ÷ wall', ({ tailMs, wallMs }) => tailMs / wallMs);
  yield share(lower, 'first', 'time to the first row ÷ wall', ({ firstRowMs, wallMs }) => firstRowMs / wallMs);
  yield lower(
    `${base}.resident`,
    `${title}: most samples resident`,
    'samples',
    runs,
    ({ peakResident }) => peakResident,
    `window ${concurrency === 'auto' ? 'follows the load' : slots * 8}`,
  );
  if (concurrency === 'auto') {
    const inFlight = ({ greatest }: Run): number => greatest / slots;
    yield lower(`${base}.in-flight`, `${title}: most calls at the server ÷ S`, '×', runs, inFlight);
  }
}
