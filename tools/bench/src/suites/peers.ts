import { rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ratios } from '@sdg/cli/bench';
import { bin, pipelineFolder } from '../bins.js';
import type { BenchContext } from '../context.js';
import { chatRows, fiveSources } from '../datasets.js';
import { installPeers } from '../install-peers.js';
import { seedsOf, writeSeeds, type LeafKind } from '../seeds.js';
import { startSplitter } from '../split-prompts.js';
import { missing, row, type Measured, type Suite } from '../suite.js';

const SLOTS = 32;
const SCALE = 5;
/** Mean service time, milliseconds. */
const MEAN = 250;
const SYSTEM = 'You are a helpful assistant.';
const script = (name: string): string => fileURLToPath(new URL(`../../peers/${name}.py`, import.meta.url));

export const peers: Suite = {
  name: 'peers',
  title: 'Beside others',
  about: () =>
    `Other people's packages, from their registry in a throw-away environment. The original Python SDG (instructlab-sdg) runs our pipeline \`full\` with our prompts and parameters on the same seeds (five leaves of unequal size of each kind of skill) and the same simulated server (S = ${SLOTS}, lognormal, mean ${MEAN} ms, sigma 0.8, completions with the mixtral template), through its Pipeline class, leaf after leaf as its generate_data does; batches of 8, which its documentation calls a good default with vLLM, with its default number of workers and with as many workers as slots. The server counts each prompt of a list as a sequence of its own, as vLLM does. Loading of Python packages is left out for it, counted in for the tools below. Hugging Face datasets mixes the same five files by the same weights with the same system message: load_dataset, shuffle, select, map with as many processes as processors, concatenate, to_json. DuckDB: reservoir sample over read_json; Polars: scan_ndjson, streaming collect, sample.`,
  targets: {},
  async *run(context) {
    if (!context.peers) {
      yield missing('peers', 'other people’s programs', context.short ? 'short mode' : '--no-peers');
      return;
    }
    yield* original(context);
    yield* dataTools(context);
  },
};

interface Run {
  readonly seconds: number;
  readonly busy: number;
  readonly rows: number;
  readonly calls: number;
}

async function* original(context: BenchContext): AsyncGenerator<Measured> {
  const installed = await installPeers(context, 'instructlab-sdg', ['instructlab-sdg==0.8.3']);
  if ('reason' in installed) return yield missing('peers.original', 'the original Python SDG', installed.reason);
  const kinds: readonly LeafKind[] = ['freeform_skill', 'grounded_skill'];
  const seeds = writeSeeds(context.path('peers', 'seeds.jsonl'), (await Promise.all(kinds.map((kind) => seedsOf(kind, 20)))).flat());
  const pipeline = pipelineFolder('full');
  const on = async (use: (url: string) => Promise<{ seconds: number; rows: number }>): Promise<Run> =>
    context.withSim({ slots: SLOTS, latency: { kind: 'lognormal', meanMs: MEAN, sigma: 0.8 } }, async (sim) => {
      const { seconds, rows } = await use(sim.url);
      const { busyShare, calls } = sim.stats();
      return { seconds, rows, busy: busyShare, calls };
    });
  const theirs = (workers: string) => () =>
    on(async (url) => {
      const splitter = await startSplitter(url);
      try {
        const { stdout } = await context.command(installed.python, [script('instructlab_sdg'), pipeline, seeds, splitter.url, String(SCALE), '8', workers]);
        const result = JSON.parse(stdout.trim().split('\n').at(-1)!) as { seconds: number; rows: number; failed: string[] };
        if (result.failed.length > 0) throw new Error(`it failed: ${result.failed[0]}`);
        return result;
      } finally {
        await splitter.close();
      }
    });
  const ours = (concurrency: number | 'auto') => () =>
    on(async (url) => {
      const { output } = await context.task('run-pipeline', { pipeline, seeds, url, concurrency, api: 'completions', family: 'mixtral', scaleFactor: SCALE });
      return { seconds: output.wallMs / 1000, rows: output.rows };
    });
  const results = await context.rounds<'ours' | 'auto' | 'default' | 'many', Run>({ ours: ours(SLOTS), auto: ours('auto'), default: theirs('default'), many: theirs(String(SLOTS)) });
  const names = { ours: `sdg, --concurrency ${SLOTS}`, auto: 'sdg, --concurrency auto', default: `${installed.versions}, default workers`, many: `${installed.versions}, ${SLOTS} workers` } as const;
  for (const name of ['ours', 'auto', 'default', 'many'] as const) {
    const runs = results[name];
    yield row(`peers.original.${name}.busy`, `${names[name]}: busy`, 'share', runs.map(({ busy }) => busy), { better: 'higher', note: `${runs[0]!.calls} calls, ${runs[0]!.rows} rows` });
  }
  for (const name of ['default', 'many'] as const) {
    yield row(`peers.original.${name}.wall`, `wall time: ${names[name]} ÷ sdg, --concurrency ${SLOTS}`, '×', ratios(results[name].map(({ seconds }) => seconds), results.ours.map(({ seconds }) => seconds)));
  }
  yield row('peers.original.per-call', 'wall time per call: the original with 32 workers ÷ sdg', '×', ratios(results.many.map(({ seconds, calls }) => seconds / calls), results.ours.map(({ seconds, calls }) => seconds / calls)));
}

async function* dataTools(context: BenchContext): AsyncGenerator<Measured> {
  const installed = await installPeers(context, 'data', ['datasets', 'duckdb', 'polars']);
  if ('reason' in installed) return yield missing('peers.data', 'Hugging Face datasets, DuckDB, Polars', installed.reason);
  const mix = (...args: string[]) => context.command(process.execPath, [bin('sdg-mix'), '--quiet', '--no-default-recipe', ...args], { stdout: null });
  const small = await chatRows(context, 2e8);
  const five = fiveSources(context, small, 50_000);
  const [ourMix, theirMix, cache] = [context.path('peers', 'ours.jsonl'), context.path('peers', 'theirs.jsonl'), context.path('peers', 'cache')];
  const weights = [0.3, 0.25, 0.2, 0.15, 0.1];
  const mixes = await context.rounds({
    ours: async () => (await mix('--recipe', five.recipe, '-o', ourMix)).wallMs,
    theirs: async () => {
      rmSync(cache, { recursive: true, force: true });
      return (await context.command(installed.python, [script('hf_mix'), theirMix, cache, '50000', SYSTEM, ...five.files.map((file, i) => `${file}=${weights[i]}`)])).wallMs;
    },
  });
  yield row('peers.mix.hf', `mix five files of ${Math.round(statSync(small).size / 1e6)} MB by weight, 50,000 rows: Hugging Face datasets ÷ sdg-mix`, '×', ratios(mixes.theirs, mixes.ours), { note: `${installed.versions}; nothing cached from earlier runs` });
  rmSync(cache, { recursive: true, force: true });

  const big = await chatRows(context, 2e9);
  const out = context.path('peers', 'drawn.jsonl');
  const python = (name: string) => async () => (await context.command(installed.python, [script(name), big, '10000', out])).wallMs;
  const draws = await context.rounds({ ours: async () => (await mix(`${big}=10000`, '-o', out)).wallMs, duckdb: python('duckdb_sample'), polars: python('polars_sample') });
  yield row('peers.draw.duckdb', 'draw 10,000 rows of 2 GB: DuckDB ÷ sdg-mix', '×', ratios(draws.duckdb, draws.ours));
  yield row('peers.draw.polars', 'draw 10,000 rows of 2 GB: Polars ÷ sdg-mix', '×', ratios(draws.polars, draws.ours));
}
