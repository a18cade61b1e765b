import type { OutputFormat } from '../formats/output-format.js';
import { DEFAULT_LEAF_COLUMN, type DatasetSpec } from '../recipe/recipe.js';
import type { Marks } from '../treat/row-mark.js';
import type { RowRules } from '../treat/row-rules.js';
import type { BlockOptions } from '../treat/treat-block.js';
import type { MixContext } from './mix-context.js';
import type { Part } from './open-parts.js';

/** The form that rows are written in. */
export const outputOf = ({ recipe, options }: MixContext): OutputFormat => options.format ?? recipe.format ?? 'messages';

/** What the mix must know of every row. */
function marksOf(spec: DatasetSpec, context: MixContext): Marks {
  const { recipe, deduper, meanings } = context;
  const { dedupe, select } = recipe;
  const isGrouped = spec.maxPerLeaf !== undefined || select?.balance === 'leaf';
  return {
    ...(deduper && { dedupe: dedupe!.mode }),
    // Near ones by what is asked: it tells rows that share a template.
    ...((meanings || dedupe?.mode === 'near') && { meaning: true }),
    ...(dedupe?.scoreColumn !== undefined && { score: dedupe.scoreColumn }),
    ...(select?.weightColumn !== undefined && { quality: select.weightColumn }),
    ...(isGrouped && { group: spec.leafColumn ?? DEFAULT_LEAF_COLUMN }),
    ...(spec.weightColumn !== undefined && { weight: spec.weightColumn }),
  };
}

/** How the rows of a part of a dataset are treated; `columns`: those at the top of every row of the mix. */
export function blockOptionsOf({ source, format }: Part, spec: DatasetSpec, columns: readonly string[], context: MixContext): BlockOptions {
  const { recipe, systemPrompt, replacesSystem, contamination } = context;
  const rules: RowRules = {
    dataset: spec.name,
    file: source.shown,
    format,
    output: outputOf(context),
    filter: spec.filter ?? [],
    columns,
    keep: recipe.keep ?? [],
    ...(systemPrompt !== undefined && { systemPrompt, replacesSystem }),
    ...(recipe.reasoning === 'drop' && { reasoning: 'drop' as const }),
  };
  const marks = marksOf(spec, context);
  return { rules, ...(Object.keys(marks).length > 0 && { marks }), ...(contamination && { contamination }) };
}
