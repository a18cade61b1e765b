import { sumOf } from '@sdg/core';
import { rmSync, writeFileSync } from 'node:fs';
import { ratios } from '@sdg/cli/bench';
import { bin, nodeOptions, pipelineFolder } from '../bins.js';
import { startParrot } from '../parrot.js';
import { layers } from '../profile/attribute.js';
import { seedsOf, writeSeeds } from '../seeds.js';
import { atLeast, atMost, higher, lower, type Measured, row, type Suite } from '../suite.js';
import type { BenchContext } from '../context.js';
import type { TaskInput } from '../tasks/index.js';
import type { RunPipelineOutput } from '../tasks/run-pipeline.js';

const CONCURRENCY = 32;
/** Slots that no single process fills: how many it does keep busy shows how many calls it can make. */
const WIDE = 4000;
/** The longer run has so many times the seeds: there both have compiled what they run, and the bare loop gains most by that. */
const LONGER = 15;
const WHOLE = 'CPU per call: all of sdg-run';
const CACHE = { command: 'no cache', cached: 'an empty cache' } as const;

const described: Readonly<Record<(typeof layers)[number], string>> = {
  render: 'render: prompts and chat templates',
  queue: 'queue: limits, priorities, retries',
  http: 'HTTP: undici and sockets',
  parse: 'parse: replies to rows',
  cache: 'cache: keys, store, outputs',
  read: 'read: NDJSON in',
  write: 'write: NDJSON out',
  streams: 'streams: RxJS, gate, blocks, lineage',
  collection: 'garbage collection',
  other: 'everything else in the process',
};

export const overhead: Suite = {
  name: 'overhead',
  title: 'Overhead',
  minutes: 3,
  about: (context) =>
    `The pipeline \`full\` over ${seedCount(context)} freeform seeds, ${CONCURRENCY} calls at a time, beside a bare undici loop ` +
    `that posts the same bodies, made beforehand, and parses the JSON of the replies. The server (in another process) ` +
    `learned all replies in a first run and gives them back at once. Ratios within a round. The command \`sdg-run\` is ` +
    `measured whole, its start and end too; of the bare loop the first two targets count the ` +
    `loop alone, the next two its program whole, as whoever measures from outside does. The run has the size of this suite when ` +
    `issue 14 was written: only one of some 2,000 calls has the figures it gives of that version. All four again ` +
    `in a run over ${LONGER} times the seeds, in which the bare loop gains most: it is compiled by then. ` +
    `The layers are of a further run with the call cache on, under the sampling profiler of V8: each sample goes to the nearest ` +
    `frame of its stack that belongs to a layer, and the shares are of the CPU of the whole process, threads and profiler counted in.`,
  targets: {
    ...besideTargets('overhead', ''),
    ...besideTargets('overhead.long', `, ${LONGER} times the calls`),
    'overhead.command.rate': atLeast(1500, 'issue 14', 'at least 1,500 against a server that answers at once'),
    'overhead.wide.busy': atLeast(0.35, 'issue 14', `at least 0.35 of ${WIDE} slots busy`),
  },
  async *run(context) {
    const pipeline = pipelineFolder('full');
    yield* await learned(context, 'overhead', seedCount(context), async ({ input, calls, cache, ...run }) => {
      const rounds = await context.rounds<'whole' | 'bare' | 'command' | 'cached', Cost>({
        command: () => run.command(false),
        cached: () => run.command(true),
        whole: async () => costOf(await context.task('run-pipeline', input)),
        bare: run.bare,
      });
      const shares: RunPipelineOutput[] = [];
      for (let i = 0; i < context.runs; i++) {
        rmSync(cache, { recursive: true, force: true });
        shares.push(await context.task('run-pipeline', { ...input, cacheDir: cache, profile: true }));
      }
      const rate = ratios(
        rounds.whole.map((cost) => cost.rate),
        rounds.bare.map((cost) => cost.rate),
      );
      return [
        higher('overhead.rate', 'calls a second: pipeline ÷ bare loop', '×', rate, `${calls} different calls`),
        lower('overhead.cpu', 'CPU per call: pipeline ÷ bare loop', '×', besideLoop(rounds.whole, rounds.bare)),
        ...besideBare('overhead', rounds, ''),
        lower('overhead.whole', 'CPU per call of the pipeline', 'µs', rounds.whole, ({ cpuUs }) => cpuUs),
        row(
          'overhead.bare.program',
          'CPU per call of the program with the bare loop, its start included',
          'µs',
          rounds.bare,
          (cost) => cost.programUs ?? NaN,
        ),
        row('overhead.bare', 'CPU per call of the bare loop', 'µs', rounds.bare, ({ cpuUs }) => cpuUs),
        ...layers.map((layer) =>
          lower(`overhead.layer.${layer}`, described[layer], 'µs', shares, (run) => perCall(run, layer), 'CPU per call'),
        ),
      ];
    });
    yield* await learned(context, 'overhead-long', seedCount(context) * LONGER, async ({ calls, command, bare }) => {
      const rounds = await context.rounds<'bare' | 'command' | 'cached', Cost>({
        command: () => command(false),
        cached: () => command(true),
        bare,
      });
      const longer = `, ${LONGER} times the seeds`;
      const sustained = 'calls a second that one process of sdg-run sustains, its start included';
      return [
        higher('overhead.command.rate', sustained, 'calls/s', rounds.command, (cost) => cost.rate),
        ...besideBare('overhead.long', rounds, longer, `${calls} different calls`),
        lower('overhead.long.command', `${WHOLE}, ${CACHE.command}${longer}`, 'µs', rounds.command, ({ cpuUs }) => cpuUs),
        row('overhead.long.bare', `CPU per call of the bare loop, ${LONGER} times the calls`, 'µs', rounds.bare, ({ cpuUs }) => cpuUs),
      ];
    });
    yield await wideBusy(context, pipeline);
  },
};

interface Learned {
  readonly input: TaskInput<'run-pipeline'>;
  /** Different calls of a run. */
  readonly calls: number;
  /** Folder of the call cache. */
  readonly cache: string;
  /** All of `sdg-run`, its start too. */
  command(cached: boolean): Promise<Cost>;
  /** The same bodies, posted by a bare loop. */
  bare(): Promise<Cost>;
}

/** Measures runs of `full` over so many seeds against a server that has learned all replies beforehand. */
async function learned<T>(context: BenchContext, name: string, count: number, measure: (run: Learned) => Promise<T>): Promise<T> {
  const seeds = writeSeeds(context.path(name, 'seeds.jsonl'), await seedsOf('freeform_skill', count));
  const pipeline = pipelineFolder('full');
  const bodies = context.path(name, 'bodies.jsonl');
  const cache = context.path(name, 'cache');
  return await context.withSim({ slots: 256 }, async (sim) => {
    const parrot = await startParrot(sim.url);
    try {
      const input = { pipeline, seeds, url: parrot.url, api: 'chat', concurrency: CONCURRENCY, scaleFactor: 5 } as const;
      await context.task('run-pipeline', input);
      writeFileSync(bodies, parrot.asked.map((request) => `${JSON.stringify(request)}\n`).join(''));
      const calls = parrot.asked.length;
      const flags = `--teacher ${parrot.url} --model sim --api chat --concurrency ${CONCURRENCY} --scale-factor 5`.split(' ');
      return await measure({
        ...{ input, calls, cache },
        async command(cached) {
          rmSync(cache, { recursive: true, force: true });
          const args = [...nodeOptions(), bin('sdg-run'), pipeline, ...flags, ...(cached ? ['--cache', cache] : ['--no-cache'])];
          const { usage, wallMs } = await context.command(process.execPath, args, { stdin: seeds, stdout: null });
          return costOf({ calls, wallMs, cpuMs: usage?.cpuMs ?? NaN });
        },
        async bare() {
          const { output, usage } = await context.measuredTask('post-bodies', { origin: parrot.origin, bodies, concurrency: CONCURRENCY });
          return { ...costOf(output), programUs: (usage.cpuMs * 1000) / output.calls };
        },
      });
    } finally {
      await parrot.close();
    }
  });
}

/** What issue 14 demands of {@link besideBare}. */
function besideTargets(id: string, what: string): Suite['targets'] {
  return Object.fromEntries(
    Object.entries({ command: 3.5, cached: 4.5 }).flatMap(([name, most]) => [
      [`${id}.${name}.cpu`, atMost(most, 'issue 14', `at most ${most} times that of a bare undici loop${what}`)],
      [
        `${id}.${name}.program`,
        atMost(most, 'issue 14', `at most ${most} times that of a bare undici loop, both measured from outside${what}`),
      ],
    ]),
  );
}

/** CPU per call of the whole command beside that of the bare loop: the loop alone, and its program from start to end. */
function besideBare(
  id: string,
  rounds: Readonly<Record<'bare' | 'command' | 'cached', readonly Cost[]>>,
  what: string,
  note?: string,
): Measured[] {
  const programs = rounds.bare.map(({ programUs = NaN }) => programUs);
  return (['command', 'cached'] as const).flatMap((name) => [
    lower(`${id}.${name}.cpu`, `${WHOLE} ÷ bare loop, ${CACHE[name]}${what}`, '×', besideLoop(rounds[name], rounds.bare), note),
    lower(
      `${id}.${name}.program`,
      `${WHOLE} ÷ all of the program with the bare loop, ${CACHE[name]}${what}`,
      '×',
      ratios(
        rounds[name].map(({ cpuUs }) => cpuUs),
        programs,
      ),
      'start and end of both count',
    ),
  ]);
}

/** CPU per call beside that of the bare loop alone, round by round. */
const besideLoop = (runs: readonly Cost[], bare: readonly Cost[]): number[] =>
  ratios(
    runs.map(({ cpuUs }) => cpuUs),
    bare.map(({ cpuUs }) => cpuUs),
  );

/** How busy one process keeps very many slots whose calls take a second each. */
async function wideBusy(context: BenchContext, pipeline: string): Promise<Measured> {
  const seeds = writeSeeds(context.path('overhead', 'wide.jsonl'), await seedsOf('freeform_skill', context.size(400, 1)));
  const slots = context.size(WIDE, 4);
  const input = { pipeline, seeds, api: 'chat', concurrency: slots, scaleFactor: 5, slots } as const;
  // Without latency first: the server works the answers out once.
  await context.withSim({ slots: 64 }, (sim) => context.task('run-pipeline', { ...input, url: sim.url, concurrency: 64 }));
  const busy: number[] = [];
  let calls = 0;
  for (let i = 0; i < context.runs; i++) {
    await context.withSim({ slots, latency: { kind: 'fixed', meanMs: context.size(1000, 5) } }, async (sim) => {
      ({ calls } = await context.task('run-pipeline', { ...input, url: sim.url }));
      busy.push(sim.stats().busyShare);
    });
  }
  return higher(
    'overhead.wide.busy',
    `busy share of ${slots} slots, one process`,
    'share',
    busy,
    `${calls} calls of one second; the server, on the same processors, counts`,
  );
}

/** A layer's share of the CPU of a run, microseconds a call: the profiler itself counts wall time, which others stretch. */
function perCall({ layers: shares, cpuMs, calls }: RunPipelineOutput, layer: (typeof layers)[number]): number {
  const all = sumOf(Object.values(shares ?? {}));
  return ((shares?.[layer] ?? NaN) / all) * ((cpuMs * 1000) / calls);
}

interface Cost {
  readonly rate: number;
  readonly cpuUs: number;
  /** Of the whole program around a bare loop. */
  readonly programUs?: number;
}

const seedCount = (context: BenchContext): number => context.size(20, 1);
const costOf = ({ calls, wallMs, cpuMs }: { calls: number; wallMs: number; cpuMs: number }): Cost => ({
  rate: (calls * 1000) / wallMs,
  cpuUs: (cpuMs * 1000) / calls,
});
