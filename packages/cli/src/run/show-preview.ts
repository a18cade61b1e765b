import { counted, lineageOf, observers, SdgError, type Observer } from '@sdg/core';
import type { OpenedPipeline } from '@sdg/pipeline';
import { readPrices, type GivenSpec } from '@sdg/session';
import type { RunInvocation } from '../commands/run.js';
import { count } from '../progress/format.js';
import { columnProfile, seedLines } from './format-preview.js';
import { PreviewNotes } from './preview-notes.js';
import { estimateLines } from './show-plan.js';
import { chooseSeeds, isTold, trySeeds } from './try-seeds.js';

/** What a run pays of it again; the offline teacher costs nothing and keeps nothing. */
function keptLine({ teacher = 'offline', noCache }: GivenSpec): string {
  if (teacher === 'offline') return '';
  return noCache
    ? 'its calls were not kept (--no-cache): a run pays them again\n'
    : 'its calls are in the cache: a run does not pay them again\n';
}

/** The work of `sdg-run --preview N`: a few seeds go all the way, and what became of each is printed. */
export async function showPreview(invocation: RunInvocation, spec: GivenSpec, opened: OpenedPipeline, told: Observer): Promise<number> {
  const { flags, stdout } = invocation;
  const prices = readPrices(spec.price);
  const { input, choice } = await chooseSeeds(invocation, spec, flags.preview!);
  if (input.total === 0) {
    throw new SdgError('no-output', 'the input was empty, so there is nothing to preview', {
      remedy: 'see why what was to write the samples gave none',
    });
  }
  const seeds = choice.chosen();
  const notes = new PreviewNotes(prices);
  const observer = observers(told, notes.observer);
  const { rows, result, ledger, trial } = await trySeeds(invocation, spec, { seeds, observer, flag: 'preview' });
  for (const row of rows) notes.of(lineageOf(row).root).rows.push(row);
  const lines = seeds.flatMap((seed, i) => seedLines(seed, notes, [i + 1, seeds.length], prices !== undefined));
  if (rows.length > 0) lines.push(`columns of the ${counted(rows.length, 'row')}`, ...columnProfile(rows), '');
  lines.push(String(ledger), '');
  stdout.write(lines.map((line) => `${line}\n`).join(''));
  if (!isTold(result)) throw result.error;
  const tried = Math.min(choice.leaves, seeds.length);
  stdout.write(
    `the whole input, ${counted(input.total, 'seed')}, by what the preview saw` +
      `${tried < choice.leaves ? ` of ${count(tried)} of its ${count(choice.leaves)} leaves` : ''}:\n` +
      `${estimateLines(spec, opened, input, trial)}` +
      `${result.cost === undefined ? '' : `the preview cost ${result.cost.toFixed(6)}\n`}` +
      keptLine(spec),
  );
  if (result.error) throw result.error;
  return 0;
}
