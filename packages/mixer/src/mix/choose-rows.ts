import { basename } from 'node:path';
import { counted, groupDigits, Random, SdgError } from '@sdg/values';
import type { DatasetSpec } from '../recipe/recipe.js';
import { drawByWeight, selectionSize, selectRows, type Selection } from '../sampling/draw-indices.js';
import { WeightedReservoir } from '../sampling/weighted-reservoir.js';
import type { Dataset } from './dataset.js';

/** A dataset and the rows of it that were chosen. */
export interface Chosen {
  readonly dataset: Dataset;
  readonly available: number;
  readonly selection: Selection;
  /** Whether it is a share of the rows, none of them repeated to make up for rows of no use, rather than a number. */
  readonly isShare: boolean;
  /** What its draws depend on, beside their purpose. */
  readonly keys: readonly (string | number)[];
}

/** What the draws of datasets depend on: the seed, and their names without folders, told apart where they are equal. */
export function drawKeys(datasets: readonly DatasetSpec[], seed: number): (string | number)[][] {
  const seen = new Map<string, number>();
  return datasets.map(({ name, seed: own }) => {
    const key = basename(name);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return [own ?? seed, `${key}#${nth}`];
  });
}

/** `wanted` of the rows of a dataset, by their weights where it has any. */
function choose({ spec, weights }: Dataset, available: number, wanted: number, random: Random): Selection {
  const { replacement = false } = spec;
  if (!weights || available === 0) return selectRows(available, wanted, random, replacement);
  if (replacement) return { copies: 0, drawn: drawByWeight(weights, wanted, random) };
  const copies = Math.floor(wanted / available);
  const reservoir = new WeightedReservoir(wanted - copies * available, random);
  weights.forEach((weight, position) => reservoir.offer(position, weight));
  return { copies, drawn: reservoir.kept() };
}

/** Whole copies of a dataset that are made without a word from the user. */
const MOST_COPIES = 100;

/** How many rows to take where `wanted` may be more than there are; fails with `config` where that is not to be, or hardly meant. */
function withinReason({ spec, summary }: Dataset, available: number, wanted: number): number {
  const { exhausted, replacement = false, name, place } = spec;
  if (wanted <= available || available === 0) return wanted;
  const what = `dataset ${name} has ${counted(available, 'row')}, and ${groupDigits(wanted)} are asked for`;
  if (exhausted === 'stop') {
    summary.stoppedShortOf = wanted;
    return available;
  }
  if (exhausted === 'error') {
    throw new SdgError('bad-input', what, { ...(place && { place }), remedy: 'ask for fewer, or say exhausted: stop or repeat' });
  }
  if (exhausted === undefined && !replacement && wanted > MOST_COPIES * available) {
    throw new SdgError('config', `${what}: more than ${MOST_COPIES} copies of each`, {
      ...(place && { place }),
      remedy: 'a number without a decimal point is a number of rows; if you mean it, say --exhausted repeat, or draw with --replacement',
    });
  }
  return wanted;
}

/** Which rows of a dataset go into the mix. `byWeight`: its share of the total, in rows. */
export function chooseRows(dataset: Dataset, available: number, byWeight: number, keys: readonly (string | number)[]): Chosen {
  const { size, replacement } = dataset.spec;
  const isShare = size.kind === 'ratio' && replacement !== true;
  // A ratio that is not exact in binary must not lose a row: 0.29 × 100 is 28.999999999999996.
  const wanted = size.kind === 'count' ? size.value : size.kind === 'weight' ? byWeight : Math.floor(available * size.value + 1e-9);
  const taken = withinReason(dataset, available, wanted);
  dataset.summary.wanted = taken;
  const [seed = 0, ...key] = keys;
  return { dataset, available, keys, isShare, selection: choose(dataset, available, taken, new Random(seed, 'draw', ...key)) };
}

/**
 * Raises datasets that fall below their floor: a share of the rows that another dataset has, whether they are all in the
 * mix or not.
 */
export function raiseToFloors(chosen: readonly Chosen[]): Chosen[] {
  return chosen.map((one) => {
    const { dataset, available, selection, keys } = one;
    const rule = dataset.spec.upsample;
    const whole = rule && chosen.find(({ dataset: { spec } }) => spec.name === rule.of || spec.path === rule.of);
    if (!whole || available === 0) return one;
    const floor = Math.ceil(whole.available * rule.floor - 1e-9);
    if (selectionSize(available, selection) >= floor) return one;
    dataset.summary.wanted = floor;
    const [seed = 0, ...key] = keys;
    return { ...one, isShare: false, selection: choose(dataset, available, floor, new Random(seed, 'upsample', ...key)) };
  });
}
