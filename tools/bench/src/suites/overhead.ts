import { rmSync, writeFileSync } from 'node:fs';
import { ratios } from '@sdg/cli/bench';
import { pipelineFolder } from '../bins.js';
import { startParrot } from '../parrot.js';
import { layers } from '../profile/attribute.js';
import { seedsOf, writeSeeds } from '../seeds.js';
import { row, type Suite } from '../suite.js';
import type { BenchContext } from '../context.js';
import type { RunPipelineOutput } from '../tasks/run-pipeline.js';

const CONCURRENCY = 32;

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
    `The pipeline \`full\` over ${seedCount(context)} freeform seeds, ${CONCURRENCY} calls at a time, beside a bare undici loop that posts the same bodies, made beforehand, and parses the JSON of the replies. The server (in another process) learned all replies in a first run and gives them back at once. Ratios within a round. The layers are of a further run with the call cache on, under the sampling profiler of V8: each sample goes to the nearest frame of its stack that belongs to a layer, and the shares are of the CPU of the whole process, threads and profiler counted in.`,
  targets: {},
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
        const rounds = await context.rounds<'whole' | 'bare', Cost>({
          whole: async () => costOf((await context.task('run-pipeline', input)).output),
          bare: async () => costOf((await context.task('post-bodies', { origin: parrot.origin, bodies, concurrency: CONCURRENCY })).output),
        });
        const folder = context.path('overhead', 'cache');
        const shares: RunPipelineOutput[] = [];
        for (let i = 0; i < context.runs; i++) {
          rmSync(folder, { recursive: true, force: true });
          shares.push((await context.task('run-pipeline', { ...input, cacheDir: folder, profile: true })).output);
        }
        return [
          row('overhead.rate', 'calls a second: pipeline ÷ bare loop', '×', ratios(rounds.whole.map(({ rate }) => rate), rounds.bare.map(({ rate }) => rate)), { better: 'higher', note: `${parrot.asked.length} different calls` }),
          row('overhead.cpu', 'CPU per call: pipeline ÷ bare loop', '×', ratios(rounds.whole.map(({ cpuUs }) => cpuUs), rounds.bare.map(({ cpuUs }) => cpuUs)), { better: 'lower' }),
          row('overhead.whole', 'CPU per call of the pipeline', 'µs', rounds.whole.map(({ cpuUs }) => cpuUs), { better: 'lower' }),
          row('overhead.bare', 'CPU per call of the bare loop', 'µs', rounds.bare.map(({ cpuUs }) => cpuUs)),
          ...layers.map((layer) => row(`overhead.layer.${layer}`, described[layer], 'µs', shares.map((run) => perCall(run, layer)), { better: 'lower', note: 'CPU per call' })),
        ];
      } finally {
        await parrot.close();
      }
    });
  },
};

/** A layer's share of the CPU of a run, microseconds a call: the profiler itself counts wall time, which others stretch. */
function perCall({ layers: shares, cpuMs, calls }: RunPipelineOutput, layer: (typeof layers)[number]): number {
  const all = Object.values(shares ?? {}).reduce((sum, part) => sum + part, 0);
  return ((shares?.[layer] ?? NaN) / all) * ((cpuMs * 1000) / calls);
}

interface Cost {
  readonly rate: number;
  readonly cpuUs: number;
}

const seedCount = (context: BenchContext): number => context.size(20, 1);
const costOf = ({ calls, wallMs, cpuMs }: { calls: number; wallMs: number; cpuMs: number }): Cost => ({ rate: (calls * 1000) / wallMs, cpuUs: (cpuMs * 1000) / calls });
