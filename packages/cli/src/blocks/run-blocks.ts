import { catalog } from '@sdg/blocks';
import { didYouMean, SdgError, type BlockSpec, type Catalog } from '@sdg/core';
import { extendCatalog, loadPlugin } from '@sdg/pipeline';
import { blockJson, blockReference, blockText, catalogReference, catalogText, pipelineSchema } from '@sdg/pipeline/docs';
import type { BlocksInvocation } from '../commands/blocks.js';

type Format = 'text' | 'json' | 'jsonschema' | 'markdown';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const one: Readonly<Record<Format, (spec: BlockSpec) => string>> = {
  text: blockText,
  json: (spec) => json(blockJson(spec)),
  jsonschema: ({ config }) => json(config),
  markdown: (spec) => `${blockReference(spec)}\n`,
};

const all: Readonly<Record<Format, (catalog: Catalog) => string>> = {
  text: catalogText,
  json: (blocks) => json([...blocks.values()].map(blockJson)),
  jsonschema: (blocks) => json(pipelineSchema(blocks)),
  markdown: catalogReference,
};

/** The work of `sdg blocks`: the catalogue, or one block of it, to stdout. */
export async function runBlocks({ flags, positionals, stdout }: BlocksInvocation): Promise<number> {
  const plugins = await Promise.all((flags.plugin ?? []).map((file) => loadPlugin(file)));
  const blocks = extendCatalog(catalog, plugins);
  const format = (flags.format ?? 'text') as Format;
  const [type] = positionals;
  if (type === undefined) {
    stdout.write(all[format](blocks));
    return 0;
  }
  const spec = blocks.get(type);
  if (!spec) {
    throw new SdgError('usage', `there is no block type "${type}"`, {
      remedy: didYouMean(type, [...blocks.keys()]) || 'sdg blocks lists them',
    });
  }
  stdout.write(one[format](spec));
  return 0;
}
