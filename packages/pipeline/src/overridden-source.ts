import { isRecord, type Place } from '@sdg/core';
import { type YamlPath, YamlSource } from '@sdg/config';

export type Mapping = Readonly<Record<string, unknown>>;

/** `over` laid upon `base`: mappings member by member, anything else in place of what was there. */
export function mergeDeep(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? mergeDeep(base[key], value) : value;
  return merged;
}

/** Members that were laid upon the config of the block at `index`, and where they are written. */
export interface AppliedOverride {
  readonly index: number;
  readonly at: YamlPath;
  readonly value: Mapping;
}

const has = (value: unknown, path: YamlPath): boolean => {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  return typeof value === 'object' && value !== null && first in value && has((value as Record<string | number, unknown>)[first], rest);
};

/** A pipeline file with changes from another file, each value placed where it was written. */
export class OverriddenSource extends YamlSource {
  override readonly value: unknown;

  constructor(
    base: YamlSource,
    value: unknown,
    readonly other: YamlSource,
    readonly applied: readonly AppliedOverride[],
  ) {
    super(base.text, base.file);
    this.value = value;
  }

  /** The path in the other file of what it changed; undefined for what stands in this one. */
  #elsewhere(path: YamlPath): YamlPath | undefined {
    const [blocks, index, config, ...rest] = path;
    if (blocks !== 'blocks' || config !== 'config' || rest.length === 0) return undefined;
    const change = this.applied.findLast((one) => one.index === index && has(one.value, rest));
    return change && [...change.at, ...rest];
  }

  override placeOf(path: YamlPath): Required<Place> {
    const elsewhere = this.#elsewhere(path);
    return elsewhere ? this.other.placeOf(elsewhere) : super.placeOf(path);
  }

  override placeOfKey(path: YamlPath): Required<Place> {
    const elsewhere = this.#elsewhere(path);
    return elsewhere ? this.other.placeOfKey(elsewhere) : super.placeOfKey(path);
  }
}
