import { sumOf } from '@sdg/core';
import { rmSync, writeFileSync } from 'node:fs';
import { ratios } from '@sdg/cli/bench';
import { bin, nodeOptions, pipelineFolder } from '../bins.js';
import { startParrot } from '../parrot.js';
import { layers } from '../profile/attribute.js';
import { seedsOf, writeSeeds } from '../seeds.js';
import { atLeast, atMost, higher, lower, type Measured, row, type Suite } from '../suite.js';
import type { BenchContext } from '../context.js';
import type { RunPipelineOutput } from '../tasks/run-pipeline.js';

const CONCURRENCY = 32;
/** Slots that no single process fills: how many it does keep busy shows how many calls it can make. */
const WIDE = 4000;

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
  minutes: 1,
  about: (context) =>
    `The pipeline \`full\` over ${seedCount(context)} freeform seeds, ${CONCURRENCY} calls at a time, beside a bare undici loop ` +
    `that posts the same bodies, made beforehand, and parses the JSON of the replies. The server (in another process) ` +
    `learned all replies in a first run and gives them back at once. Ratios within a round. The command \`sdg-run\` is ` +
    `measured whole, its start and end too, so the fewer calls the worse; of the bare loop the first two targets count the ` +
    `loop alone, the next two its program whole, as whoever measures from outside does. The layers are of a further run with the call ` +
    `cache on, under the sampling profiler of V8: each sample goes to the nearest frame of its stack that belongs to a ` +
    `layer, and the shares are of the CPU of the whole process, threads and profiler counted in.`,
  targets: {
    'overhead.command.cpu': atMost(3.5, 'issue 14', 'at most 3.5 times that of a bare undici loop'),
    'overhead.cached.cpu': atMost(4.5, 'issue 14', 'at most 4.5 times that of a bare undici loop'),
    'overhead.command.program': atMost(3.5, 'issue 14', 'at most 3.5 times that of a bare undici loop, both measured from outside'),
    'overhead.cached.program': atMost(4.5, 'issue 14', 'at most 4.5 times that of a bare undici loop, both measured from outside'),
    'overhead.command.rate': atLeast(1500, 'issue 14', 'at least 1,500 against a server that answers at once'),
    'overhead.wide.busy': atLeast(0.35, 'issue 14', `at least 0.35 of ${WIDE} slots busy`),
  },
  async *run(context) {
    const seeds = writeSeeds(context.path('overhead', 'seeds.jsonl'), await seedsOf('freeform_skill', seedCount(context)));
    const pipeline = pipelineFolder('full');
    const bodies = context.path('overhead', 'bodies.jsonl');
    yield* await context.withSim({ slots: 256 }, async (sim) => {
      const parrot = await startParrot(sim.url);
      try {
        const input = { pipeline, seeds, url: parrot.url, api: 'chat', concurrency: CONCURRENCY, scaleFactor: 5 } as const;
        await context.task('run-pipeline', input);
        writeFileSync(bodies, parrot.asked.map((request) => `${JSON.stringify(request)}\n`).join(''));
        const cache = context.path('overhead', 'cache');
        /** All that the command uses, its start too, over the calls. */
        const command = async (cached: boolean): Promise<Cost> => {
          rmSync(cache, { recursive: true, force: true });
          const flags = `--teacher ${parrot.url} --model sim --api chat --concurrency ${CONCURRENCY} --scale-factor 5`.split(' ');
          flags.push(...(cached ? ['--cache', cache] : ['--no-cache']));
          const { usage, wallMs } = await context.command(process.execPath, [...nodeOptions(), bin('sdg-run'), pipeline, ...flags], {
            stdin: seeds,
            stdout: null,
          });
          return costOf({ calls: parrot.asked.length, wallMs, cpuMs: usage?.cpuMs ?? NaN });
        };
        /** CPU per call of the programs in which the bare loops ran, from start to end. */
        const programs: number[] = [];
        const rounds = await context.rounds<'whole' | 'bare' | 'command' | 'cached', Cost>({
          command: () => command(false),
          cached: () => command(true),
          whole: async () => costOf(await context.task('run-pipeline', input)),
          bare: async () => {
            const bare = { origin: parrot.origin, bodies, concurrency: CONCURRENCY };
            const { output, usage } = await context.measuredTask('post-bodies', bare);
            programs.push((usage.cpuMs * 1000) / output.calls);
            return costOf(output);
          },
        });
        const shares: RunPipelineOutput[] = [];
        for (let i = 0; i < context.runs; i++) {
          rmSync(cache, { recursive: true, force: true });
          shares.push(await context.task('run-pipeline', { ...input, cacheDir: cache, profile: true }));
        }
        const besideBare = (runs: readonly Cost[], of: (cost: Cost) => number): number[] => ratios(runs.map(of), rounds.bare.map(of));
        return [
          higher(
            'overhead.rate',
            'calls a second: pipeline ÷ bare loop',
            '×',
            besideBare(rounds.whole, ({ rate }) => rate),
            `${parrot.asked.length} different calls`,
          ),
          lower(
            'overhead.cpu',
            'CPU per call: pipeline ÷ bare loop',
            '×',
            besideBare(rounds.whole, ({ cpuUs }) => cpuUs),
          ),
          lower(
            'overhead.command.cpu',
            'CPU per call: all of sdg-run ÷ bare loop, no cache',
            '×',
            besideBare(rounds.command, ({ cpuUs }) => cpuUs),
          ),
          lower(
            'overhead.cached.cpu',
            'CPU per call: all of sdg-run ÷ bare loop, an empty cache',
            '×',
            besideBare(rounds.cached, ({ cpuUs }) => cpuUs),
          ),
          ...(['command', 'cached'] as const).map((name) =>
            lower(
              `overhead.${name}.program`,
              `CPU per call: all of sdg-run ÷ all of the program with the bare loop, ${name === 'command' ? 'no cache' : 'an empty cache'}`,
              '×',
              ratios(
                rounds[name].map(({ cpuUs }) => cpuUs),
                programs,
              ),
              'start and end of both count',
            ),
          ),
          higher(
            'overhead.command.rate',
            'calls a second of one process of sdg-run, its start included',
            'calls/s',
            rounds.command,
            ({ rate }) => rate,
          ),
          lower('overhead.whole', 'CPU per call of the pipeline', 'µs', rounds.whole, ({ cpuUs }) => cpuUs),
          row('overhead.bare.program', 'CPU per call of the program with the bare loop, its start included', 'µs', programs),
          row('overhead.bare', 'CPU per call of the bare loop', 'µs', rounds.bare, ({ cpuUs }) => cpuUs),
          ...layers.map((layer) =>
            lower(`overhead.layer.${layer}`, described[layer], 'µs', shares, (run) => perCall(run, layer), 'CPU per call'),
          ),
        ];
      } finally {
        await parrot.close();
      }
    });
    yield await wideBusy(context, pipeline);
  },
};

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
}

const seedCount = (context: BenchContext): number => context.size(60, 1);
const costOf = ({ calls, wallMs, cpuMs }: { calls: number; wallMs: number; cpuMs: number }): Cost => ({
  rate: (calls * 1000) / wallMs,
  cpuUs: (cpuMs * 1000) / calls,
});
