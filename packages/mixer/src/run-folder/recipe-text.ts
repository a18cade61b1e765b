import { Document, isMap, Scalar } from 'yaml';
import type { DatasetSpec } from '../recipe/recipe.js';

/** A recipe as YAML that says the same when it is read again: ratios keep their decimal point. */
export function recipeText(datasets: readonly DatasetSpec[], systemPrompt: string): string {
  const document = new Document({
    datasets: datasets.map(({ path, size, upsample }) => ({
      path,
      sampling_size: size.value,
      ...(upsample && { upsample }),
    })),
    metadata: { sys_prompt: systemPrompt === '' ? null : systemPrompt },
  });
  datasets.forEach(({ size }, i) => {
    const node = document.getIn(['datasets', i, 'sampling_size'], true);
    if (size.kind === 'ratio' && node instanceof Scalar) node.minFractionDigits = 1;
    const entry = document.getIn(['datasets', i], true);
    if (isMap(entry)) entry.flow = false;
  });
  return document.toString({ lineWidth: 0 });
}
