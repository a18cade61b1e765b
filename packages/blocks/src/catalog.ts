import type { BlockSpec, Catalog } from '@sdg/core';
import { dropColumnsBlock } from './drop-columns.js';
import { dropDuplicatesBlock } from './drop-duplicates.js';
import { llmBlock } from './llm.js';

const specs: readonly BlockSpec[] = [llmBlock, dropColumnsBlock, dropDuplicatesBlock];

/** Every block of this package, by type. A plain list: importing it does nothing else. */
export const catalog: Catalog = new Map(specs.map((spec) => [spec.type, spec]));
