import type { Catalog } from '@sdg/core';
import { ChainFile } from '../chain-schema.js';

interface Writable {
  properties: { blocks: { items: { properties: Record<string, unknown>; allOf?: unknown[]; required?: string[] } } };
}

/**
 * The JSON Schema of pipeline files with the blocks of a catalogue: an editor that knows it completes types and
 * configs, and marks what is wrong. Put `# yaml-language-server: $schema=…` in the first line of a pipeline.
 */
export function pipelineSchema(catalog: Catalog): Readonly<Record<string, unknown>> {
  const schema = JSON.parse(JSON.stringify(ChainFile)) as Writable;
  const { items } = schema.properties.blocks;
  const specs = [...catalog.values()];
  items.properties['type'] = {
    description: 'Type of the block.',
    oneOf: specs.map(({ type, summary }) => ({ const: type, description: summary })),
  };
  items.allOf = specs.map(({ type, config }) => ({
    if: { properties: { type: { const: type } }, required: ['type'] },
    then: { properties: { config: JSON.parse(JSON.stringify(config)) as unknown } },
  }));
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'sdg pipeline, version 1.0', ...schema };
}
