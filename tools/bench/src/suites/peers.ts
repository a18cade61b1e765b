import type { BenchContext } from '../context.js';
import { dataTools } from '../peers/data-tools.js';
import { originalSdg } from '../peers/original-sdg.js';
import { missing, type Measured, type Suite } from '../suite.js';

export const peers: Suite = {
  name: 'peers',
  title: 'Beside others',
  minutes: 10.5,
  about: () =>
    `Other people's packages, from their registry in a throw-away environment.

The original Python SDG (instructlab-sdg) runs our pipeline \`full\` with our prompts and parameters on the same seeds (the ` +
    `skills of e2e/taxonomy: four leaves of five seed examples) and the same simulated server (S = 32, lognormal service times, ` +
    `mean 100 ms, sigma 0.8, completions with the mixtral template), through its Pipeline class, leaf after leaf as its ` +
    `generate_data does, in batches of 8, which its documentation calls a good default with vLLM. Once with its defaults, where ` +
    `each filter forks up to 8 processes, and once tuned as far as its options go: 32 workers, filters in the process itself. ` +
    `The server counts each prompt of a list as a sequence of its own, as vLLM does. Loading Python packages is left out. The ` +
    `defaults take minutes, so they are measured twice, beside the other rounds; all that disturbs is \`sdg\`.

Hugging Face datasets mixes the same five files by the same weights with the same system message: load_dataset, shuffle, ` +
    `select, map with as many processes as processors, concatenate, to_json. DuckDB: reservoir sample over read_json; Polars: ` +
    `scan_ndjson, streaming collect, sample. Start-up and loading are counted in on both sides.`,
  targets: {},
  async *run(context) {
    if (!context.peers) {
      yield missing('peers', 'other people’s programs', context.short ? 'short mode' : '--no-peers');
      return;
    }
    yield* orReason('peers.original', 'the original Python SDG', context, originalSdg);
    yield* orReason('peers.data', 'Hugging Face datasets, DuckDB, Polars', context, dataTools);
  },
};

/** Somebody else's program that fails must not hide the others. */
async function* orReason(
  id: string,
  title: string,
  context: BenchContext,
  measure: (context: BenchContext) => AsyncGenerator<Measured>,
): AsyncGenerator<Measured> {
  try {
    yield* measure(context);
  } catch (error) {
    yield missing(`${id}.failed`, title, (error as Error).message.split('\n')[0]!);
  }
}
