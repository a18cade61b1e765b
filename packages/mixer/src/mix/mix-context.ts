import type { TempFolder } from '../files/temp-folder.js';
import type { Recipe } from '../recipe/recipe.js';
import type { BlockOptions } from '../treat/treat-block.js';
import type { Deduper } from './deduper.js';
import type { Meanings } from './meanings.js';
import type { MixOptions } from './mix-options.js';

/** What all datasets of a mix share. */
export interface MixContext {
  readonly recipe: Recipe;
  readonly options: MixOptions;
  readonly seed: number;
  readonly systemPrompt: string | undefined;
  /** Whether it takes the place of rows' own. */
  readonly replacesSystem: boolean;
  readonly temp: TempFolder;
  readonly deduper: Deduper | undefined;
  readonly meanings: Meanings | undefined;
  readonly contamination: BlockOptions['contamination'];
  /** What to call the items that contamination is found by. */
  readonly evaluationItems: readonly string[];
  /** Threads to treat rows with. */
  readonly threads: number;
  readonly countThreads: number;
}
