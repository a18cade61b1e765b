import { SdgError } from '@sdg/values';
import { isAlone, type DatasetSpec, type Recipe } from '../recipe/recipe.js';

const hasWeight = ({ size }: DatasetSpec): boolean => size.kind === 'weight';

/** Whether a recipe has a total and nothing that says how it is shared out. */
export const lacksWeights = ({ totalSamples, datasets }: Recipe): boolean => totalSamples !== undefined && !datasets.some(hasWeight);

/**
 * The recipe with its total shared out: one dataset alone, of no size of its own, is wanted for all of it. Fails with
 * `config` where nothing says how much of the total each dataset is wanted for.
 */
export function shareTotal(recipe: Recipe): Recipe {
  if (!lacksWeights(recipe)) return recipe;
  if (isAlone(recipe.datasets)) {
    return { ...recipe, datasets: recipe.datasets.map((only) => ({ ...only, size: { kind: 'weight', value: 1 } })) };
  }
  throw new SdgError('config', `a total of ${recipe.totalSamples} rows is shared out by weight, and no dataset has one`, {
    remedy: 'give each a share, as in a.jsonl=0.7 b.jsonl=0.3 or by weight: in the recipe',
  });
}
