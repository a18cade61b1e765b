import { type Catalog, type Finding, isRecord, type Place } from '@sdg/core';
import { type YamlPath, YamlSource } from '@sdg/config';
import { type Mapping, valueAt } from './overridden-source.js';

/** Members of a flow's block that are ours under another roof. */
const BESIDE: readonly unknown[] = ['gen_kwargs', 'parser_kwargs', 'batch_kwargs'];
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Whether a pipeline file is a flow of sdg_hub 0.1: a bare list of `block_type` and `block_config`. */
const isFlow = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.some((block) => isRecord(block) && 'block_type' in block);

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
  readonly #blocks: readonly unknown[];

  constructor(read: YamlSource, blocks: readonly unknown[], catalog: Catalog) {
    super(read.text, read.file);
    this.#blocks = blocks;
    this.value = { version: '1.0', blocks: blocks.map((block, i) => (isRecord(block) ? blockOf(block, i, catalog) : block)) };
  }

  /** The path in the flow. */
  #written(path: YamlPath): YamlPath {
    const [index, part, ...rest] = path.slice(1);
    if (part === 'type') return [index!, 'block_type'];
    if (part === 'name') return [index!, 'block_config', 'block_name'];
    if (part !== 'config') return path.slice(1);
    const isBeside = BESIDE.includes(rest[0]!) && isGiven(valueAt(this.#blocks, [index!, rest[0]!]));
    return isBeside ? [index!, ...rest] : [index!, 'block_config', ...rest];
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
  const { block_type: written, block_config: own, drop_columns, drop_duplicates } = block;
  const { block_name: name, ...config } = isRecord(own) ? own : ({} as Mapping);
  const type = [written, `${String(written)}Block`].find((one) => catalog.has(one as string)) ?? written;
  const operation = config['operation'];
  return {
    name: name ?? `block_${index + 1}`,
    type,
    config: {
      ...config,
      ...Object.fromEntries(Object.entries(block).filter(([key, value]) => BESIDE.includes(key) && isGiven(value))),
      ...(typeof operation === 'string' && { operation: operation.replace(/^operator\./, '') }),
    },
    drop_columns,
    drop_duplicates: typeof drop_duplicates === 'string' ? [drop_duplicates] : drop_duplicates,
  };
}

/** A pipeline file as it is, or, where it is a flow of sdg_hub 0.1, as the pipeline that it stands for. */
export const flowAsPipeline = (source: YamlSource, catalog: Catalog): YamlSource =>
  isFlow(source.value) ? new FlowSource(source, source.value, catalog) : source;
