import { basename } from 'node:path';
import { DEFAULT_SEED, Random, SdgError } from '@sdg/core/values';
import { TempFolder } from '../files/temp-folder.js';
import { weightFinding } from '../recipe/weight-finding.js';
import type { DatasetSpec, Recipe } from '../recipe/recipe.js';
import { DEFAULT_SYSTEM_PROMPT } from '../rows/training-row.js';
import { selectionSize, selectRows, type Selection } from '../sampling/draw-indices.js';
import { WeightedReservoir } from '../sampling/weighted-reservoir.js';
import { ByteSink } from '../treat/byte-sink.js';
import { apportion } from './apportion.js';
import { Dataset, type MixContext } from './dataset.js';
import { Deduper } from './deduper.js';
import { evaluationTexts } from './evaluation-texts.js';
import type { MixOptions } from './mix-options.js';
import { describeDataset, type MixSummary } from './mix-summary.js';
import { spareThreads } from './spare-threads.js';
import { DEFAULT_NGRAM, evaluationGrams } from '../treat/contamination.js';

/** Rows are handed on in pieces of about this many bytes. */
const PIECE = 1 << 16;

/** A dataset and the rows of it that were chosen. */
interface Chosen {
  readonly dataset: Dataset;
  readonly available: number;
  readonly selection: Selection;
}

/**
 * Mixes datasets: yields the rows as NDJSON in pieces, and at the end gives the account of every dataset. Datasets come
 * in the order of the recipe, rows in the order of the dataset, unless the recipe says shuffle. What comes out depends
 * on the recipe, the data and the seed alone.
 *
 * A dataset wanted whole passes through once; of others the rows are counted (and looked at, where filters ask for it),
 * then those drawn are read. Fails with `bad-input` or `config` before the first row where it can be known that early.
 */
export async function* mix(recipe: Recipe, options: MixOptions): AsyncGenerator<Buffer, MixSummary, undefined> {
  const seed = options.seed ?? recipe.seed ?? DEFAULT_SEED;
  const { shuffle = false, totalSamples, decontaminate } = recipe;
  const temp = new TempFolder();
  const datasets: Dataset[] = [];
  const summary: MixSummary = { datasets: [], out: 0, seed };
  try {
    checkSizes(recipe);
    const context: MixContext = {
      ...{ recipe, options, seed, temp, systemPrompt: systemPromptOf(recipe, options) },
      deduper: recipe.dedupe && new Deduper(recipe.dedupe),
      contamination: decontaminate && (await readContamination(decontaminate)),
      threads: options.threads ?? spareThreads(),
    };
    for (const spec of recipe.datasets) datasets.push(await Dataset.open(spec, context));
    (summary.datasets as unknown[]).push(...datasets.map((dataset) => dataset.summary));
    const byWeight = apportion(totalSamples ?? 0, recipe.datasets.map(({ size }) => (size.kind === 'weight' ? size.value : 0)));
    const ofOthers = new Set(recipe.datasets.flatMap(({ upsample }) => upsample?.of ?? []));
    const chosen: Chosen[] = [];
    const keys = drawKeys(recipe.datasets);
    for (const [i, dataset] of datasets.entries()) {
      const { spec } = dataset;
      const isOfOthers = ofOthers.has(spec.name) || ofOthers.has(spec.path);
      if (!shuffle && !isOfOthers && ofOthers.size === 0 && isWhole(spec)) {
        yield* wholeRows(dataset, summary, options);
        continue;
      }
      const available = await dataset.survey();
      chosen.push({ dataset, available, selection: select(dataset, available, byWeight[i]!, [seed, keys[i]!]) });
      if (!shuffle && ofOthers.size === 0) yield* drawnRows(chosen.pop()!, summary, options.signal);
    }
    upsample(chosen, seed);
    if (shuffle) yield* shuffledRows(chosen, seed, summary, options.signal);
    else for (const one of chosen) yield* drawnRows(one, summary, options.signal);
    for (const dataset of datasets) options.note?.(describeDataset(dataset.summary), dataset.spec.name);
    return summary;
  } finally {
    for (const dataset of datasets) await dataset.close();
    await temp.remove();
  }
}

function checkSizes({ datasets, totalSamples }: Recipe): void {
  for (const { size, name, place } of datasets) {
    if (Number.isFinite(size.value) && size.value >= 0) continue;
    throw new SdgError('config', `dataset ${name}: ${size.value} is no size`, { ...(place && { place }), remedy: 'give a number from 0 on' });
  }
  if (!datasets.some(({ size }) => size.kind === 'weight')) return;
  const finding = weightFinding(datasets);
  if (finding) throw new SdgError('config', finding.message, { remedy: finding.remedy });
  if (totalSamples === undefined) throw new SdgError('config', 'weights need a total', { remedy: 'pass --total-samples N, or add total_samples to the recipe' });
}

function systemPromptOf(recipe: Recipe, options: MixOptions): string | undefined {
  if (options.systemPrompt !== undefined) return options.systemPrompt ?? undefined;
  if (recipe.systemPrompt !== undefined) return recipe.systemPrompt ?? undefined;
  return (options.format ?? recipe.format ?? 'messages') === 'messages' ? DEFAULT_SYSTEM_PROMPT : undefined;
}

async function readContamination({ files, ngram = DEFAULT_NGRAM }: NonNullable<Recipe['decontaminate']>): Promise<MixContext['contamination']> {
  const texts: string[] = [];
  for (const file of files) texts.push(...(await evaluationTexts(file)));
  return { size: ngram, grams: evaluationGrams(texts, ngram) };
}

/** Whether every row is wanted, once, so that nothing need be known beforehand. */
const isWhole = ({ size, maxPerLeaf, replacement }: DatasetSpec): boolean =>
  size.kind === 'ratio' && size.value === 1 && maxPerLeaf === undefined && replacement !== true;

async function* wholeRows(dataset: Dataset, total: MixSummary, { note }: MixOptions): AsyncGenerator<Buffer> {
  const { summary } = dataset;
  for await (const { bytes, rows } of dataset.rows()) {
    summary.out += rows;
    total.out += rows;
    if (rows > 0) yield bytes;
  }
  summary.available = summary.wanted = summary.out;
  note?.(`dataset ${summary.name} loaded with ${summary.rows.toLocaleString('en-US')} samples`, summary.name);
}

/** What the draws of datasets depend on beside the seed: their names without folders, told apart where they are equal. */
function drawKeys(datasets: readonly DatasetSpec[]): string[] {
  const seen = new Map<string, number>();
  return datasets.map(({ name }) => {
    const key = basename(name);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return `${key}#${nth}`;
  });
}

/** Which rows of a dataset go into the mix. */
function select({ spec, summary, weights }: Dataset, available: number, byWeight: number, [seed, key]: readonly [seed: number, key: string]): Selection {
  const { size, replacement = false } = spec;
  // A ratio that is not exact in binary must not lose a row: 0.29 × 100 is 28.999999999999996.
  const wanted = size.kind === 'count' ? size.value : size.kind === 'weight' ? byWeight : Math.floor(available * size.value + 1e-9);
  summary.wanted = wanted;
  const random = new Random(spec.seed ?? seed, 'draw', key);
  if (!weights || wanted >= available) return selectRows(available, wanted, random, replacement);
  const reservoir = new WeightedReservoir(wanted, random);
  weights.forEach((weight, position) => reservoir.offer(position, weight));
  return { copies: 0, drawn: reservoir.kept() };
}

/** Raises datasets that fall below their floor; the datasets that they are measured by are known by now. */
function upsample(chosen: Chosen[], seed: number): void {
  for (const [i, { dataset, available, selection }] of chosen.entries()) {
    const { upsample: rule, name, seed: own } = dataset.spec;
    if (!rule) continue;
    const whole = chosen.find(({ dataset: { spec } }) => spec.name === rule.of || spec.path === rule.of);
    const floor = whole ? Math.ceil(rule.floor * selectionSize(whole.available, whole.selection)) : 0;
    if (floor <= selectionSize(available, selection)) continue;
    dataset.summary.wanted = floor;
    chosen[i] = { dataset, available, selection: selectRows(available, floor, new Random(own ?? seed, 'upsample', basename(name), i)) };
  }
}

/** Counts rows that are in the mix, and those that are there again. */
class Tally {
  readonly #seen = new Set<number>();
  constructor(
    readonly dataset: Dataset,
    readonly total: MixSummary,
  ) {}

  add(position: number, again: boolean): void {
    this.dataset.summary.out++;
    this.total.out++;
    if (again || this.#seen.has(position)) this.dataset.summary.repeated++;
    else if (this.dataset.spec.replacement) this.#seen.add(position);
  }
}

/** Fails where the user has asked to stop. */
function goOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SdgError('interrupted', 'the mix was interrupted');
}

/** The positions of a selection: copy after copy, then those drawn. */
function* positions({ available, selection: { copies, drawn } }: Chosen): Generator<[position: number, again: boolean]> {
  for (let copy = 0; copy < copies; copy++) for (let at = 0; at < available; at++) yield [at, copy > 0];
  for (const at of drawn) yield [at, copies > 0];
}

async function* drawnRows(chosen: Chosen, total: MixSummary, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const { dataset } = chosen;
  const tally = new Tally(dataset, total);
  const sink = new ByteSink(PIECE);
  for (const [at, again] of positions(chosen)) {
    if (dataset.write(at, sink)) tally.add(at, again);
    if (sink.length < PIECE) continue;
    goOn(signal);
    yield sink.take();
  }
  if (sink.length > 0) yield sink.take();
}

/** All rows in random order: Fisher–Yates over their numbers, eight bytes a row. */
async function* shuffledRows(
  chosen: readonly Chosen[],
  seed: number,
  total: MixSummary,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const sizes = chosen.map(({ available, selection }) => selectionSize(available, selection));
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const order = Float64Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, i) => i);
  const random = new Random(seed, 'shuffle');
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const tallies = chosen.map(({ dataset }) => new Tally(dataset, total));
  const sink = new ByteSink(PIECE);
  for (const number of order) {
    let which = starts.length - 1;
    while (starts[which]! > number) which--;
    const { dataset, available, selection } = chosen[which]!;
    const at = number - starts[which]!;
    const copies = selection.copies * available;
    const position = at < copies ? at % available : selection.drawn[at - copies]!;
    if (dataset.write(position, sink)) tallies[which]!.add(position, at >= available && selection.copies > 0);
    if (sink.length < PIECE) continue;
    goOn(signal);
    yield sink.take();
  }
  if (sink.length > 0) yield sink.take();
}
