import { type Catalog, type Finding, isRecord, type Place } from '@sdg/core';
import { type YamlPath, YamlSource } from '@sdg/config';
import { type Mapping } from './overridden-source.js';

/** Members of a flow's block that are ours under another roof. */
const BESIDE = ['gen_kwargs', 'parser_kwargs', 'batch_kwargs'] as const;

/** Whether a pipeline file is a flow of sdg_hub 0.1: a bare list of `block_type` and `block_config`. */
const isFlow = (value: unknown): value is readonly Mapping[] =>
  Array.isArray(value) && value.length > 0 && value.every((block) => isRecord(block) && 'block_type' in block);

/** Why a pipeline file of later sdg_hub cannot be read; undefined for any other. */
export function laterFlow(source: YamlSource): Finding | undefined {
  const blocks = isRecord(source.value) ? source.value['blocks'] : undefined;
  const first: unknown = Array.isArray(blocks) ? blocks[0] : undefined;
  if (!isRecord(first) || !('block_type' in first)) return undefined;
  return {
    severity: 'error',
    rule: 'pipeline/flow',
    path: 'blocks',
    message: 'this is a flow of sdg_hub 0.2 or later, whose blocks are of another make',
    remedy:
      'write each PromptBuilderBlock, LLMChatBlock and TextParserBlock as one LLMBlock, with the prompt under prompt; flows of ' +
      'sdg_hub 0.1 are read as they are',
    ...source.placeOf(['blocks', 0]),
  };
}

/** A flow of sdg_hub 0.1 as a pipeline file, everything in it placed where it is written. */
class FlowSource extends YamlSource {
  override readonly value: unknown;
  readonly #blocks: readonly Mapping[];

  constructor(read: YamlSource, blocks: readonly Mapping[], catalog: Catalog) {
    super(read.text, read.file);
    this.#blocks = blocks;
    this.value = { version: '1.0', blocks: blocks.map((block, i) => blockOf(block, i, catalog)) };
  }

  #written([key, index, part, ...rest]: YamlPath): YamlPath {
    if (key !== 'blocks' || typeof index !== 'number') return [];
    if (part === 'type') return [index, 'block_type'];
    if (part === 'name') return [index, 'block_config', 'block_name'];
    if (part !== 'config') return part === undefined ? [index] : [index, part, ...rest];
    const [first] = rest;
    const isBeside = typeof first === 'string' && (BESIDE as readonly string[]).includes(first) && first in (this.#blocks[index] ?? {});
    return isBeside ? [index, ...rest] : [index, 'block_config', ...rest];
  }

  override placeOf(path: YamlPath): Required<Place> {
    return super.placeOf(this.#written(path));
  }

  override placeOfKey(path: YamlPath): Required<Place> {
    return super.placeOfKey(this.#written(path));
  }
}

/** One block of a flow as ours: the same words in other places, `operator.eq` as `eq`, types without the word Block. */
function blockOf(block: Mapping, index: number, catalog: Catalog): Mapping {
  const { block_type: written, block_config: own, gen_kwargs, parser_kwargs, batch_kwargs, drop_columns, drop_duplicates } = block;
  const { block_name: name, ...config } = isRecord(own) ? own : ({} as Mapping);
  const type = typeof written === 'string' && !catalog.has(written) && catalog.has(`${written}Block`) ? `${written}Block` : written;
  const operation = config['operation'];
  const beside = Object.fromEntries(
    Object.entries({ gen_kwargs, parser_kwargs, batch_kwargs }).filter(([, value]) => value !== undefined && value !== null),
  );
  return {
    name: typeof name === 'string' ? name : `block_${index + 1}`,
    type,
    config: { ...config, ...beside, ...(typeof operation === 'string' && { operation: operation.replace(/^operator\./, '') }) },
    ...(drop_columns !== undefined && { drop_columns }),
    ...(drop_duplicates !== undefined && { drop_duplicates: typeof drop_duplicates === 'string' ? [drop_duplicates] : drop_duplicates }),
  };
}

/** A pipeline file as it is, or, where it is a flow of sdg_hub 0.1, as the pipeline that it stands for. */
export const flowAsPipeline = (source: YamlSource, catalog: Catalog): YamlSource =>
  isFlow(source.value) ? new FlowSource(source, source.value, catalog) : source;
