import { pipelineFolder } from '../bins.js';
import type { BenchContext } from '../context.js';
import { inLanes } from '../in-lanes.js';
import { seedsOf, writeSeeds, type LeafKind } from '../seeds.js';
import { missing, row, type Measured, type Suite } from '../suite.js';
import type { RunPipelineOutput } from '../tasks/run-pipeline.js';

type Run = RunPipelineOutput & { readonly busy: number; readonly greatest: number };

interface Case {
  readonly id: string;
  readonly title: string;
  readonly kinds: readonly LeafKind[];
  readonly slots: number;
  readonly concurrency: number | 'auto';
  readonly calls: number;
}

/** Cases measured side by side: their slots sleep, so they disturb each other little. */
const LANES = 3;
/** Mean service time by slots: long enough that a busy machine can make the calls. */
const meanMs: Readonly<Record<number, number>> = { 4: 60, 32: 500, 256: 2000 };
const SIGMA = 0.8;
const KINDS: readonly LeafKind[] = ['freeform_skill', 'grounded_skill', 'knowledge'];
const label: Readonly<Record<LeafKind, string>> = { freeform_skill: 'freeform skills', grounded_skill: 'grounded skills', knowledge: 'knowledge' };

function casesOf({ short }: BenchContext): Case[] {
  const calls: Readonly<Record<number, number>> = short ? { 4: 40 } : { 4: 2000, 32: 2200, 256: 4000 };
  const settings = (slots: number) => [slots, 'auto'] as const;
  const all = (slots: number, kinds: readonly LeafKind[], name: string, title: string): Case[] =>
    settings(slots).map((concurrency) => ({
      id: `${name}.${concurrency === 'auto' ? 'auto' : 'fixed'}-${slots}`,
      title: `${title}, S = ${slots}, ${concurrency === 'auto' ? 'auto' : 'fixed'}`,
      kinds,
      slots,
      concurrency,
      calls: calls[slots] ?? 0,
    }));
  const single = KINDS.flatMap((kind) => all(32, [kind], kind, label[kind]).slice(0, 1));
  const mixed = [4, 32, 256].flatMap((slots) => all(slots, KINDS, 'all', 'all three kinds'));
  return [...single, ...mixed].filter((one) => one.calls > 0);
}

const targetIds = [...KINDS.map((kind) => [`${kind}.fixed-32`, `full pipeline, ${label[kind]}`] as const), ['all.fixed-32', 'full pipeline, all three kinds'] as const];

export const saturation: Suite = {
  name: 'saturation',
  title: 'Saturation',
  minutes: 7,
  about: (context) =>
    `The pipeline \`full\` against the simulated server: S slots, a queue beyond them, lognormal service times (sigma ${SIGMA}; mean ${Object.entries(meanMs).map(([slots, ms]) => `${ms} ms at S = ${slots}`).join(', ')}), answers of the offline teacher over chat, no cache. ${LANES} cases are measured side by side: slots sleep. Seeds of ${context.short ? 'a few' : 'five'} leaves of unequal size (half of them in one). Busy: slot-seconds worked ÷ (S × wall), from the first call's arrival to the last one's end, as the server counts. The fewer calls there are for a slot, the more the tail weighs: at S = 256 no schedule could be busy all the time with so few. Filled: the same up to the last start alone, as the client counts; after it nothing is left to begin, and the tail is that of the last calls themselves. \`auto\` finds S on its own, and pays for it at the start.`,
  targets: Object.fromEntries(targetIds.map(([id, title]) => [`saturation.${id}.busy`, { from: 'issue 5', title, text: `slots at least 95 % busy from first call to last: ${title}, S = 32`, bound: 0.95, sense: 'at least' } as const])),
  async *run(context) {
    const ready = new Map<string, string>();
    const jobs: (() => Promise<Measured[]>)[] = [];
    for (const one of casesOf(context)) {
      const seeds = await seedsFor(context, one, ready);
      jobs.push(async () => {
        if (seeds === undefined) return [missing(`saturation.${one.id}.busy`, one.title, 'nothing came out of the pipeline: the answers of the simulated server do not have the format that it asks for')];
        const runs: Run[] = [];
        for (let i = 0; i < context.runs; i++) runs.push(await runOnce(context, one, seeds, i));
        return [...rowsOf(one, runs)];
      });
    }
    for await (const rows of inLanes(LANES, jobs)) yield* rows;
    if (context.short) yield missing('saturation.more', 'each kind of leaf on its own, S = 32 and 256', 'short mode');
  },
};

/** The file of as many seeds as make the calls wanted: found by a small run against a server without latency. */
async function seedsFor(context: BenchContext, { kinds, calls }: Case, ready: Map<string, string>): Promise<string | undefined> {
  const name = `${kinds.join('-')}-${calls}`;
  const known = ready.get(name);
  if (known !== undefined) return known;
  const probe = context.size(10, 2);
  const file = context.path('saturation', `${name}.jsonl`);
  writeSeeds(file, (await Promise.all(kinds.map((kind) => seedsOf(kind, probe)))).flat());
  const made = await context.withSim({ slots: 64 }, async (sim) => (await context.task('run-pipeline', { pipeline: pipelineFolder('full'), seeds: file, url: sim.url, concurrency: 16, scaleFactor: 5 })).output);
  if (made.rows === 0) return undefined;
  const needed = Math.max(1, Math.ceil((calls / made.calls) * probe * 1.05));
  writeSeeds(file, (await Promise.all(kinds.map((kind) => seedsOf(kind, needed)))).flat());
  ready.set(name, file);
  return file;
}

const runOnce = (context: BenchContext, { slots, concurrency }: Case, seeds: string, run: number): Promise<Run> =>
  context.withSim({ slots, latency: { kind: 'lognormal', meanMs: context.size(meanMs[slots]!, 20), sigma: SIGMA }, seed: 42 + run }, async (sim) => {
    const { output } = await context.task('run-pipeline', { pipeline: pipelineFolder('full'), seeds, url: sim.url, concurrency, scaleFactor: 5, slots });
    const { busyShare, greatestInFlight } = sim.stats();
    return { ...output, busy: busyShare, greatest: greatestInFlight };
  });

function* rowsOf({ id, title, slots, concurrency }: Case, runs: readonly Run[]): Generator<Measured> {
  const base = `saturation.${id}`;
  const all = (pick: (run: (typeof runs)[number]) => number): number[] => runs.map(pick);
  yield row(`${base}.busy`, `${title}: busy`, 'share', all(({ busy }) => busy), { better: 'higher', note: `${runs[0]!.calls} calls` });
  yield row(`${base}.full`, `${title}: slots filled up to the last start`, 'share', all(({ filled }) => filled), { better: 'higher' });
  yield row(`${base}.tail`, `${title}: tail after the last start ÷ wall`, 'share', all(({ tailMs, wallMs }) => tailMs / wallMs), { better: 'lower' });
  yield row(`${base}.first`, `${title}: time to the first row ÷ wall`, 'share', all(({ firstRowMs, wallMs }) => firstRowMs / wallMs), { better: 'lower' });
  yield row(`${base}.resident`, `${title}: most samples resident`, 'samples', all(({ peakResident }) => peakResident), { better: 'lower', note: `window ${concurrency === 'auto' ? 'follows the load' : slots * 8}` });
  if (concurrency === 'auto') yield row(`${base}.in-flight`, `${title}: most calls at the server ÷ S`, '×', all(({ greatest }) => greatest / slots), { better: 'lower' });
}

