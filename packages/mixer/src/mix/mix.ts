import { counted, DEFAULT_SEED, refuseUnknown, SdgError, sumOf } from '@sdg/values';
import { TempFolder } from '../files/temp-folder.js';
import { weightFinding } from '../recipe/weight-finding.js';
import { DEFAULT_THRESHOLD, type DatasetSpec, type Recipe } from '../recipe/recipe.js';
import { DEFAULT_SYSTEM_PROMPT } from '../rows/training-row.js';
import { chooseRows, drawKeys, raiseToFloors, type Chosen } from './choose-rows.js';
import { Dataset } from './dataset.js';
import type { Meanings } from './meanings.js';
import type { MixContext } from './mix-context.js';
import { drawnRows, shuffledRows } from './drawn-rows.js';
import type { MixOptions } from './mix-options.js';
import { describeDataset, type MixSummary } from './mix-summary.js';
import { shareTotal } from './share-total.js';
import { countThreads, idleThreads } from './idle-threads.js';
import { evaluationGrams } from '../treat/contamination.js';

const OPTIONS: Readonly<Record<keyof MixOptions, true>> = {
  ...{ formats: true, systemPrompt: true, seed: true, format: true, onBadRow: true, note: true, open: true, threads: true },
  ...{ reusesPieces: true, signal: true, onRepeat: true, embedder: true },
};

/**
 * Mixes datasets: yields the rows as NDJSON in pieces, and at the end gives the account of every dataset. Datasets come
 * in the order of the recipe, rows in the order of the dataset, unless the recipe says shuffle. What comes out depends
 * on the recipe, the data and the seed alone.
 *
 * A dataset wanted whole passes through once; of others the rows are counted (and looked at, where filters ask for it),
 * then those drawn are read. Fails with `bad-input` or `config` before the first row where it can be known that early.
 */
export async function* mix(given: Recipe, options: MixOptions): AsyncGenerator<Buffer, MixSummary, undefined> {
  refuseUnknown('mix', Object.keys(options), Object.keys(OPTIONS));
  const recipe = shareTotal(given);
  const seed = options.seed ?? recipe.seed ?? DEFAULT_SEED;
  const temp = new TempFolder();
  const datasets: Dataset[] = [];
  let meanings: Meanings | undefined;
  const summary: MixSummary = { datasets: [], out: 0, seed };
  try {
    checkSizes(recipe);
    const context = await contextOf(recipe, options, seed, temp);
    ({ meanings } = context);
    for (const spec of recipe.datasets) datasets.push(await Dataset.open(spec, context));
    const columns = [...new Set([...datasets.flatMap(({ topColumns }) => topColumns), ...(recipe.keep ?? [])])];
    for (const dataset of datasets) dataset.setColumns(columns);
    (summary.datasets as unknown[]).push(...datasets.map((dataset) => dataset.summary));
    yield* allRows(datasets, context, summary);
    for (const dataset of datasets) options.note?.(describeDataset(dataset.summary), dataset.spec.name);
    tellWarnings(context);
    return summary;
  } finally {
    for (const dataset of datasets) await dataset.close();
    meanings?.close();
    await temp.remove();
  }
}

/** What was found of the rows as a whole, while they went by. */
function tellWarnings({ deduper, meanings, options }: MixContext): void {
  if (deduper?.warning !== undefined) options.note?.(deduper.warning, 'dedupe');
  for (const warning of meanings?.warnings ?? []) options.note?.(warning);
}

async function contextOf(recipe: Recipe, options: MixOptions, seed: number, temp: TempFolder): Promise<MixContext> {
  const { dedupe, decontaminate } = recipe;
  return {
    ...{ recipe, options, seed, temp, ...systemPromptOf(recipe, options) },
    deduper: dedupe && new (await import('./deduper.js')).Deduper(dedupe.threshold ?? DEFAULT_THRESHOLD),
    meanings: await meaningsOf(recipe, options),
    ...(await readContamination(decontaminate)),
    threads: options.threads ?? idleThreads(),
    countThreads: options.threads ?? countThreads(),
  };
}

/**
 * Shares out `total` rows by weight so that the parts sum to the total exactly: the largest remainder method (Hamilton),
 * ties to the first. Weights of 0 get nothing.
 */
function apportion(total: number, weights: readonly number[]): number[] {
  const sum = sumOf(weights);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  const left = total - sumOf(parts);
  exact
    .map((value, i) => ({ i, rest: value - parts[i]! }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i)
    .slice(0, left)
    .forEach(({ i }) => parts[i]!++);
  return parts;
}

const sharesOf = ({ totalSamples = 0, datasets }: Recipe): number[] =>
  apportion(
    totalSamples,
    datasets.map(({ size }) => (size.kind === 'weight' ? size.value : 0)),
  );

/** The rows of all datasets: each as soon as it is its turn, unless its size waits for others or all are shuffled. */
async function* allRows(
  datasets: readonly Dataset[],
  { recipe, seed, options, meanings }: MixContext,
  summary: MixSummary,
): AsyncGenerator<Buffer> {
  const { shuffle = false } = recipe;
  const byWeight = sharesOf(recipe);
  const waits = shuffle || meanings?.holds === true || recipe.datasets.some(({ upsample }) => (upsample?.of.length ?? 0) > 0);
  const chosen: Chosen[] = [];
  const keys = drawKeys(recipe.datasets, seed);
  const surveys = meanings?.holds ? await surveyAll(datasets, meanings) : undefined;
  for (const [i, dataset] of datasets.entries()) {
    if (!waits && isWhole(dataset.spec)) {
      yield* wholeRows(dataset, summary, options);
      continue;
    }
    const available = surveys?.[i] ?? (await dataset.survey());
    chosen.push(chooseRows(dataset, available, byWeight[i]!, keys[i]!));
    if (!waits) yield* drawnRows(chosen.pop()!, summary, options);
  }
  const raised = selectRows(raiseToFloors(chosen), recipe.select, meanings, seed, options);
  if (shuffle) yield* shuffledRows(raised, seed, summary, options);
  else for (const one of raised) yield* drawnRows(one, summary, options);
}

/** Looks at all datasets, leaves out what repeats a better row of any, and gives how many rows can be drawn of each. */
async function surveyAll(datasets: readonly Dataset[], meanings: Meanings): Promise<number[]> {
  const counts: number[] = [];
  for (const dataset of datasets) counts.push(await dataset.survey());
  const worse = meanings.worse();
  return datasets.map((dataset, i) => {
    const numbers = worse.get(dataset.spec);
    return numbers ? dataset.leaveOut(numbers) : counts[i]!;
  });
}

/** Of all rows that were drawn those that stand for the others, each once, where the recipe asks for it. */
function selectRows(
  chosen: readonly Chosen[],
  select: Recipe['select'],
  meanings: Meanings | undefined,
  seed: number,
  { note }: MixOptions,
): readonly Chosen[] {
  if (!select || !meanings) return chosen;
  const positions = chosen.map(({ available, selection }) =>
    selection.copies > 0 ? Array.from({ length: available }, (_, at) => at) : [...new Set(selection.drawn)],
  );
  const rows = chosen.flatMap(({ dataset }, i) => positions[i]!.map((position) => [dataset.spec, dataset.numberOf(position)] as const));
  const subset = meanings.choose(rows, select, seed);
  for (const line of meanings.describe(subset, rows)) note?.(line);
  const isChosen = new Set(subset.chosen);
  let start = 0;
  return chosen.map((one, i) => {
    const drawn = Float64Array.from(positions[i]!.filter((_, at) => isChosen.has(start + at)));
    start += positions[i]!.length;
    const { summary } = one.dataset;
    summary.notSelected = positions[i]!.length - drawn.length;
    summary.wanted = drawn.length;
    return { ...one, isShare: false, selection: { copies: 0, drawn } };
  });
}

async function meaningsOf({ dedupe, select }: Recipe, { embedder, signal, onRepeat }: MixOptions): Promise<Meanings | undefined> {
  if (dedupe?.mode !== 'semantic' && !select) return undefined;
  if (!embedder) {
    throw new SdgError('usage', `${select ? '--select' : '--dedupe semantic'} compares what rows mean, and no embedder is named`, {
      remedy: 'pass --embedder static:FOLDER, onnx:FOLDER or a URL with --embedding-model, or set SDG_EMBEDDER',
    });
  }
  return new (await import('./meanings.js')).Meanings(embedder, { dedupe, select, signal, onRepeat });
}

function checkSizes({ datasets, totalSamples }: Recipe): void {
  for (const { size, name, place } of datasets) {
    if (Number.isFinite(size.value) && size.value >= 0) continue;
    throw new SdgError('config', `dataset ${name}: ${size.value} is no size`, {
      ...(place && { place }),
      remedy: 'give a number from 0 on',
    });
  }
  if (!datasets.some(({ size }) => size.kind === 'weight')) return;
  const finding = weightFinding(datasets);
  if (finding) throw new SdgError('config', finding.message, { remedy: finding.remedy });
  if (totalSamples === undefined) {
    throw new SdgError('config', 'weights need a total', { remedy: 'pass --total-samples N, or add total_samples to the recipe' });
  }
}

/** The system message of the mix: what is asked for takes the place of rows' own, the default only goes where there is none. */
function systemPromptOf(recipe: Recipe, options: MixOptions): Pick<MixContext, 'systemPrompt' | 'replacesSystem'> {
  const asked = options.systemPrompt === undefined ? recipe.systemPrompt : options.systemPrompt;
  if (asked !== undefined) return { systemPrompt: asked ?? undefined, replacesSystem: true };
  const isPlain = (options.format ?? recipe.format ?? 'messages') === 'messages';
  return { systemPrompt: isPlain ? DEFAULT_SYSTEM_PROMPT : undefined, replacesSystem: false };
}

async function readContamination(asked: Recipe['decontaminate']): Promise<Pick<MixContext, 'contamination' | 'evaluationItems'>> {
  if (!asked) return { contamination: undefined, evaluationItems: [] };
  const { evaluationTexts } = await import('./evaluation-texts.js');
  const { texts, items } = await evaluationTexts(
    asked.files.map((file) => (typeof file === 'string' ? { path: file, ngram: asked.ngram } : file)),
  );
  return { contamination: evaluationGrams(texts), evaluationItems: items };
}

/** Whether every row is wanted, once, so that nothing need be known beforehand. */
const isWhole = ({ size, maxPerLeaf, weightColumn, replacement }: DatasetSpec): boolean =>
  size.kind === 'ratio' && size.value === 1 && maxPerLeaf === undefined && weightColumn === undefined && replacement !== true;

async function* wholeRows(dataset: Dataset, total: MixSummary, { note }: MixOptions): AsyncGenerator<Buffer> {
  const { summary } = dataset;
  for await (const { bytes, rows } of dataset.rows()) {
    summary.out += rows;
    total.out += rows;
    if (rows > 0) yield bytes;
  }
  summary.available = summary.wanted = summary.out;
  note?.(`dataset ${summary.name} loaded with ${counted(summary.rows, 'sample')}`, summary.name);
}
