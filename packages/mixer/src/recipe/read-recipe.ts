import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { schemaErrors, schemaFindings, type YamlPath, YamlSource } from '@sdg/config';
import { defined, didYouMean, fileError, type Finding } from '@sdg/values';
import { isAddress, resolveDatasetPath } from './data-folders.js';
import { type RecipeFile, recipeSchema } from './recipe-schema.js';
import { weightFinding } from './weight-finding.js';
import { type DatasetSpec, isAlone, type Recipe, type SampleSize } from './recipe.js';
import type { ColumnFilter } from '../treat/row-rules.js';

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const mapped = (value: unknown, by: (part: unknown) => unknown): unknown => (Array.isArray(value) ? value.map(by) : by(value));

/** A bound that no double holds, as the nearest that one does; to be judged by schema. */
function withDoubles(filter: unknown): unknown {
  if (!isFields(filter)) return filter;
  const bounds = Object.entries(filter).filter(([name, value]) => (name === 'min' || name === 'max') && typeof value === 'bigint');
  return { ...filter, ...Object.fromEntries(bounds.map(([name, value]) => [name, Number(value)])) };
}

/** A recipe's value whose filters a JSON Schema can judge: it knows no integers beyond 2^53. */
function judgeable(value: unknown): unknown {
  if (!isFields(value) || !Array.isArray(value['datasets'])) return value;
  const datasets = value['datasets'].map((dataset: unknown) =>
    isFields(dataset) && 'filter' in dataset ? { ...dataset, filter: mapped(dataset['filter'], withDoubles) } : dataset,
  );
  return { ...value, datasets };
}

/** A value with dates as they are written: rows of JSON have them as text. */
function withDatesAsText(value: unknown, at: YamlPath, source: YamlSource): unknown {
  if (value instanceof Date) return source.sourceOf(at);
  return Array.isArray(value) ? value.map((item, i) => withDatesAsText(item, [...at, i], source)) : value;
}

/** The filters of a dataset whose `filter:` stands at a place; integers of any size as bigints. */
function filtersOf(filter: ColumnFilter | readonly ColumnFilter[], at: YamlPath, source: YamlSource): readonly ColumnFilter[] {
  const filters: readonly ColumnFilter[] = [filter].flat();
  return filters.map((one, i) => {
    const path = Array.isArray(filter) ? [...at, i] : at;
    const conditions = Object.entries(one).map(([name, value]) => [name, withDatesAsText(value, [...path, name], source)]);
    return Object.fromEntries(conditions) as unknown as ColumnFilter;
  });
}

export interface ReadRecipe {
  /** Present unless there are errors among the findings. */
  readonly recipe?: Recipe;
  readonly findings: readonly Finding[];
}

type DatasetEntry = NonNullable<RecipeFile['datasets']>[number];

/** Reads a recipe and those it includes. All that is wrong comes back as findings; only an unreadable file throws. */
export async function readRecipe(file: string, env: Readonly<Record<string, string | undefined>>): Promise<ReadRecipe> {
  return new RecipeReader(env).read(file, []);
}

class RecipeReader {
  readonly #findings: Finding[] = [];

  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  async read(file: string, above: readonly string[]): Promise<ReadRecipe> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw fileError('read', file, error);
    });
    const source = new YamlSource(text, file);
    const value = (source.value ?? {}) as RecipeFile;
    if (source.findings.length > 0) {
      const part = source.beforeFault();
      if (part) {
        const errors = schemaErrors(recipeSchema, judgeable(part.source.value));
        this.#findings.push(...schemaFindings(errors, part.source, part.source.value).filter(part.isSettled));
      }
      this.#findings.push(...source.findings);
      return { findings: this.#findings };
    }
    this.#findings.push(...source.repeatedKeys('warning'));
    const errors = schemaErrors(recipeSchema, judgeable(value));
    if (errors.length > 0) {
      this.#findings.push(...schemaFindings(errors, source, value));
      return { findings: this.#findings };
    }
    const included = await this.#include(value, source, [...above, realpathSync(file)]);
    const own = (value.datasets ?? []).map((entry, i) => this.#dataset(entry, ['datasets', i], source));
    const datasets = [...included, ...own];
    if (above.length === 0) this.#check(value, datasets, source);
    if (this.#findings.some(({ severity }) => severity === 'error')) return { findings: this.#findings };
    return { recipe: { ...settings(value, file), datasets }, findings: this.#findings };
  }

  #report(source: YamlSource, path: YamlPath, rule: string, message: string, remedy?: string): void {
    this.#findings.push({ severity: 'error', rule, message, ...(remedy && { remedy }), ...source.placeOf(path) });
  }

  async #include(value: RecipeFile, source: YamlSource, above: readonly string[]): Promise<readonly DatasetSpec[]> {
    const datasets: DatasetSpec[] = [];
    for (const [i, name] of [value.include ?? []].flat().entries()) {
      const path = resolve(dirname(source.file), name);
      const at = Array.isArray(value.include) ? ['include', i] : ['include'];
      let real: string;
      try {
        real = realpathSync(path);
      } catch {
        this.#report(source, at, 'recipe/include', `recipe ${name} cannot be read`, 'check the path; it is relative to this recipe');
        continue;
      }
      if (above.includes(real)) {
        this.#report(
          source,
          at,
          'recipe/cycle',
          `recipe ${name} includes itself: ${[...above, real].map((p) => relative(dirname(above[0]!), p)).join(' > ')}`,
          'remove one of the includes',
        );
        continue;
      }
      const shown = isAbsolute(source.file) || isAbsolute(name) ? path : relative('', path);
      datasets.push(...((await this.read(shown, above)).recipe?.datasets ?? []));
    }
    return datasets;
  }

  #dataset(entry: DatasetEntry, at: YamlPath, source: YamlSource): DatasetSpec {
    if (entry.weight !== undefined && entry.sampling_size !== undefined) {
      this.#report(source, [...at, 'weight'], 'recipe/size', 'weight and sampling_size contradict each other', 'keep one of them');
    }
    const { format, seed, replacement, upsample, filter } = entry;
    return {
      name: entry.name ?? entry.path,
      path: resolveDatasetPath(entry.path, source.file, this.env),
      size: this.#size(entry, at, source),
      ...(format !== undefined && format !== 'auto' && { format }),
      ...defined({
        seed,
        replacement,
        exhausted: entry.exhausted,
        maxPerLeaf: entry.max_per_leaf,
        leafColumn: entry.leaf_column,
        weightColumn: entry.weight_column,
      }),
      ...(filter !== undefined && { filter: filtersOf(filter, [...at, 'filter'], source) }),
      ...(upsample && { upsample }),
      place: source.placeOf([...at, 'path']),
    };
  }

  /** The YAML value `1.0` is the number 1; what the author wrote tells the ratio from the count: every float has a point. */
  #size(entry: DatasetEntry, at: YamlPath, source: YamlSource): SampleSize {
    const { weight, sampling_size: value } = entry;
    if (weight !== undefined) return { kind: 'weight', value: weight };
    if (value === undefined || value === 1) return { kind: 'ratio', value: 1 };
    const isFloat = source.sourceOf([...at, 'sampling_size'])?.includes('.') ?? !Number.isInteger(value);
    return { kind: isFloat ? 'ratio' : 'count', value };
  }

  #check(value: RecipeFile, datasets: readonly DatasetSpec[], source: YamlSource): void {
    const weights = datasets.filter(({ size }) => size.kind === 'weight');
    if (weights.length > 0) {
      if (value.total_samples === undefined) {
        this.#report(source, ['datasets'], 'recipe/total', 'weights need a total', 'add total_samples: N');
      }
      const finding = weightFinding(datasets);
      if (finding) this.#report(source, ['datasets'], 'recipe/weights', finding.message, finding.remedy);
    } else if (value.total_samples !== undefined && datasets.length > 0 && !isAlone(datasets)) {
      this.#report(
        source,
        ['total_samples'],
        'recipe/total',
        'the total is shared out by weight, and no dataset has one',
        'give each a weight:',
      );
    }
    const names = datasets.flatMap(({ name, path }) => [name, path]);
    for (const { upsample, name, place } of datasets) {
      if (upsample && (!names.includes(upsample.of) || upsample.of === name)) {
        const remedy = didYouMean(upsample.of, names) || 'name another dataset of this recipe';
        this.#findings.push({
          severity: 'error',
          rule: 'recipe/upsample',
          message: `upsample: there is no other dataset "${upsample.of}"`,
          remedy,
          ...place,
        });
      }
    }
    for (const [i, dataset] of datasets.entries()) {
      if (!isAddress(dataset.path) && datasets.findIndex(({ name }) => name === dataset.name) < i) {
        this.#findings.push({
          severity: 'warning',
          rule: 'recipe/twice',
          message: `dataset "${dataset.name}" is here twice`,
          remedy: 'give each a name: of its own to tell them apart',
          ...dataset.place,
        });
      }
    }
  }
}

type DedupeEntry = Exclude<RecipeFile['dedupe'], string | boolean | undefined>;
type SelectEntry = Exclude<RecipeFile['select'], number | undefined>;

function dedupeIn({ dedupe }: RecipeFile): Pick<Recipe, 'dedupe'> {
  if (typeof dedupe === 'string') return { dedupe: { mode: dedupe } };
  if (!dedupe) return {};
  const { score_column: scoreColumn, ...rest } = dedupe as DedupeEntry;
  return { dedupe: { ...rest, ...(scoreColumn !== undefined && { scoreColumn }) } };
}

function selectIn({ select }: RecipeFile): Pick<Recipe, 'select'> {
  if (typeof select === 'number') return { select: { count: select } };
  if (!select) return {};
  const { weight_column: weightColumn, ...rest } = select as SelectEntry;
  return { select: { ...rest, ...(weightColumn !== undefined && { weightColumn }) } };
}

function settings(value: RecipeFile, file: string): Omit<Recipe, 'datasets'> {
  const prompt = value.sys_prompt !== undefined ? value.sys_prompt : value.metadata?.sys_prompt;
  const treatment = { ...dedupeIn(value), ...selectIn(value) };
  const near = (path: string): string => (isAbsolute(path) ? path : resolve(dirname(file), path));
  const files = value.decontaminate?.files.map((one) => (typeof one === 'string' ? near(one) : { ...one, path: near(one.path) })) as
    NonNullable<Recipe['decontaminate']>['files'] | undefined;
  return {
    ...defined({ systemPrompt: prompt, totalSamples: value.total_samples, seed: value.seed, shuffle: value.shuffle }),
    ...treatment,
    ...(files && { decontaminate: { ...value.decontaminate, files } }),
    ...defined({ reasoning: value.reasoning, keep: value.keep, format: value.format }),
  };
}
