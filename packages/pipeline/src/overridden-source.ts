import { isRecord, type Place } from '@sdg/core';
import { type YamlPath, YamlSource } from '@sdg/config';

export type Mapping = Readonly<Record<string, unknown>>;

/** What stands at a path in plain data; undefined where nothing does. */
export const valueAt = (value: unknown, path: YamlPath): unknown =>
  path.reduce<unknown>((found, key) => (found as Readonly<Record<string | number, unknown>> | null | undefined)?.[key], value);

/** `over` laid upon `base`: mappings member by member, anything else in place of what was there. */
export function mergeDeep(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  return { ...base, ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, mergeDeep(base[key], value)])) };
}

/** Members that were laid upon the config of the block at `index`, and where they are written. */
export interface AppliedOverride {
  readonly index: number;
  readonly at: YamlPath;
  readonly value: Mapping;
}

/** A pipeline file with changes from another file, each value placed where it was written. */
export class OverriddenSource extends YamlSource {
  override readonly value: unknown;

  constructor(
    readonly base: YamlSource,
    value: unknown,
    readonly other: YamlSource,
    readonly applied: readonly AppliedOverride[],
  ) {
    super(base.text, base.file);
    this.value = value;
  }

  /** The file in which something was written, and its path there. */
  #written(path: YamlPath): readonly [YamlSource, YamlPath] {
    const [, index, part, ...rest] = path;
    if (part !== 'config' || rest.length === 0) return [this.base, path];
    const change = this.applied.findLast((one) => one.index === index && valueAt(one.value, rest) !== undefined);
    return change ? [this.other, [...change.at, ...rest]] : [this.base, path];
  }

  override placeOf(path: YamlPath): Required<Place> {
    const [source, written] = this.#written(path);
    return source.placeOf(written);
  }

  override placeOfKey(path: YamlPath): Required<Place> {
    const [source, written] = this.#written(path);
    return source.placeOfKey(written);
  }
}
