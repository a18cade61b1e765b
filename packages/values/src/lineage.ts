import { isRecord } from './is-record.js';
import { canonicalJson } from './canonical-json.js';
import { contentHash } from './content-hash.js';
import type { Mutable } from './mutable.js';
import { NONE } from './none.js';
import { columnsOf, scopeOf, type Lineage, type Origin, type Sample } from './sample.js';

const isText = (value: unknown): value is string => typeof value === 'string';
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** Whether a value found in the column `_sdg` has the shape of a lineage. A pipeline is a name, never a path. */
export function isLineage(value: unknown): value is Lineage {
  if (!isRecord(value)) return false;
  const { id, root, path, origin, pipeline, teachers } = value;
  return (
    isText(id) &&
    isText(root) &&
    areTexts(path) &&
    (origin === undefined || isRecord(origin)) &&
    (pipeline === undefined || (isText(pipeline) && !/[/\\\0]|^\.+$/.test(pipeline))) &&
    (teachers === undefined || areTexts(teachers))
  );
}

/** Gives `columns` the lineage of a root: a seed sample, read at `origin`. */
export function seedSample<C extends object>(columns: C, origin?: Origin): C & { readonly _sdg: Lineage } {
  const id = contentHash('seed', canonicalJson(columnsOf(columns as Sample)));
  return { ...NONE, ...columns, _sdg: { id, root: id, path: [], ...(origin && { origin }) } };
}

/** The sample's lineage; a sample that has none yet is taken as a seed. */
export function lineageOf(sample: Sample): Lineage {
  return sample._sdg ?? seedSample(sample)._sdg;
}

/** The leaf that a sample belongs to: by its column, or by where its seed was read; `''` where neither says. */
export const leafOf = (sample: Sample): string => scopeOf(sample) || (lineageOf(sample).origin?.leaf ?? '');

/** The same sample with other columns: for blocks that make one sample of one. The lineage stays. */
export function evolve<C extends object>(parent: Sample, columns: C): C & { readonly _sdg: Lineage } {
  return { ...NONE, ...columns, _sdg: lineageOf(parent) };
}

/**
 * A new sample made from `parent` by `block`, the `index`-th (0-based) of its children. `teacher` names the model that
 * wrote it, if one did; `mended`: its reply had to be mended before it could be read.
 */
export function derive<C extends object>(
  parent: Sample,
  columns: C,
  made: { readonly block: string; readonly index: number; readonly teacher?: string; readonly mended?: boolean },
): C & { readonly _sdg: Lineage } {
  const parents = lineageOf(parent);
  const step = `${made.block}.${made.index}`;
  const lineage: Mutable<Lineage> = { ...NONE, ...parents, id: contentHash(parents.id, step), path: [...parents.path, step] };
  const { teachers = [] } = parents;
  if (made.teacher !== undefined && !teachers.includes(made.teacher)) lineage.teachers = [...teachers, made.teacher];
  if (made.mended === true) lineage.mended = [...(parents.mended ?? []), step];
  return { ...NONE, ...columns, _sdg: lineage };
}
