import { createReadStream, rmSync, statSync } from 'node:fs';
import { ratios } from '@sdg/cli/bench';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { chatRows, fiveSources } from '../datasets.js';
import { installPeers } from '../install-peers.js';
import { type Measured, missing, row } from '../suite.js';
import { peerScript } from './peer-script.js';

const SYSTEM = 'You are a helpful assistant.';
const MIXED = 50_000;
const DRAWN = 10_000;
/** Weights of the recipe that {@link fiveSources} writes. */
const weights = [0.3, 0.25, 0.2, 0.15, 0.1];

/** Tools that mix and draw, beside `sdg-mix`: the same files, the same number of rows. */
export async function* dataTools(context: BenchContext): AsyncGenerator<Measured> {
  const installed = await installPeers(context, 'data', ['datasets', 'duckdb', 'polars']);
  if ('reason' in installed) return yield missing('peers.data', 'Hugging Face datasets, DuckDB, Polars', installed.reason);
  const out = context.path('peers', 'out.jsonl');
  const timed = async (rows: number, file: string, args: readonly string[]): Promise<number> => {
    rmSync(out, { force: true });
    const { wallMs } = await context.command(file, args, { stdout: null });
    const written = await linesOf(out);
    if (written !== rows) {
      throw new Error(
        `${[file, ...args].find((part) => part.includes('sdg-mix') || part.endsWith('.py'))} wrote ${written} rows where ${rows} ` +
          'were asked for',
      );
    }
    return wallMs;
  };
  const mix = (rows: number, ...args: string[]): Promise<number> =>
    timed(rows, bin('sdg-mix'), ['--quiet', '--no-default-recipe', ...args, '-o', out]);
  const python = (rows: number, name: string, ...args: string[]): Promise<number> =>
    timed(rows, installed.python, [peerScript(name), ...args]);

  const small = await chatRows(context, 2e8);
  const five = fiveSources(context, small, MIXED);
  const cache = context.path('peers', 'cache');
  const mixes = await context.rounds({
    ours: () => mix(MIXED, '--recipe', five.recipe),
    theirs: () => {
      rmSync(cache, { recursive: true, force: true });
      return python(MIXED, 'hf_mix', out, cache, String(MIXED), SYSTEM, ...five.files.map((file, i) => `${file}=${weights[i]}`));
    },
  });
  rmSync(cache, { recursive: true, force: true });
  const size = Math.round(statSync(small).size / 1e6);
  yield row(
    'peers.mix.hf',
    `mix five files of ${size} MB by weight, ${MIXED.toLocaleString('en')} rows: Hugging Face datasets ÷ sdg-mix`,
    '×',
    ratios(mixes.theirs, mixes.ours),
    `${installed.versions}; nothing cached from earlier runs`,
  );

  // Polars holds what it reads: minutes for one draw from the large file, so it gets a smaller one.
  for (const [name, title, bytes] of [
    ['duckdb', 'DuckDB', 2e9],
    ['polars', 'Polars', 5e8],
  ] as const) {
    const file = await chatRows(context, bytes);
    const draws = await context.rounds({
      ours: () => mix(DRAWN, `${file}=${DRAWN}`),
      theirs: () => python(DRAWN, `${name}_sample`, file, String(DRAWN), out),
    });
    yield row(
      `peers.draw.${name}`,
      `draw ${DRAWN.toLocaleString('en')} rows of ${bytes / 1e9} GB: ${title} ÷ sdg-mix`,
      '×',
      ratios(draws.theirs, draws.ours),
    );
  }
}

async function linesOf(file: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return lines;
}
