import { dirname } from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Folder of the recipes and dataset formats that come with the commands. */
export const shippedRecipes = (): string => dirname(require.resolve('@sdg/recipes/package.json'));
