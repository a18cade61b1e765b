import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type BlockSpec,
  type Catalog,
  type ConfigFile,
  type ConfigLoader,
  type Finding,
  isRecord,
  type LoadedBlock,
  suggest,
} from '@sdg/core';
import { schemaErrors, schemaFindings, type SchemaError, type YamlPath, type YamlSource } from '@sdg/config';
import { findUse } from './find-use.js';
import { type Mapping, valueAt } from './overridden-source.js';
import type { Overrides } from './overrides.js';

/** The original's blocks take these, for its own batches and names, whether they have a use for them or not. */
const IGNORED = ['batch_kwargs', 'num_procs', 'block_name', 'block_version'];

/** Sampling parameters that the original passes through `int()` or `float()`, so that they may be in quotes. */
const NUMBERS = ['n', 'temperature', 'max_tokens', 'seed'];

/** What a sampling parameter in quotes stands for. */
const unquoted = (name: string, value: unknown): unknown =>
  NUMBERS.includes(name) && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;

/** A config whose quoted sampling parameters are numbers. */
function withNumbers(config: Mapping): Mapping {
  const gen = config['gen_kwargs'];
  if (!isRecord(gen)) return config;
  return { ...config, gen_kwargs: Object.fromEntries(Object.entries(gen).map(([name, value]) => [name, unquoted(name, value)])) };
}

/** The config without what has no meaning for a stream, and as the original takes it. */
function withoutIgnored(config: unknown, spec: BlockSpec): unknown {
  const { properties: known = {}, additionalProperties } = spec.config as {
    readonly properties?: object;
    readonly additionalProperties?: unknown;
  };
  if (additionalProperties !== false || !isRecord(config)) return config;
  return Object.fromEntries(Object.entries(withNumbers(config)).filter(([name]) => name in known || !IGNORED.includes(name)));
}

/** Where the parts of a file stand, by their paths. */
type Places = Pick<YamlSource, 'value' | 'placeOf' | 'placeOfKey'>;
const isThere = (source: Places, path: YamlPath): boolean => valueAt(source.value, path) !== undefined;

/** The config of a block inside another may stand in part below a key of its own (`inner`), in part beside it (`outer`). */
function besides(source: Places, outer: YamlPath, inner: YamlPath): Places {
  const moved = (path: YamlPath): YamlPath => {
    const rest = path.slice(inner.length);
    const isBeside = !isThere(source, [...inner, ...rest]) && isThere(source, [...outer, ...rest]);
    return isBeside ? [...outer, ...rest] : path;
  };
  return { value: source.value, placeOf: (path) => source.placeOf(moved(path)), placeOfKey: (path) => source.placeOfKey(moved(path)) };
}

/** Fields beside those of a block inside another, of the other: what is misspelt there may be either's. */
interface Outer {
  readonly fields: object;
  /** Whether a field stands beside them. */
  has(field: string): boolean;
}

/** Errors about fields that are not known, of a block inside another: the other's are known as well. */
function withOuter(errors: readonly SchemaError[], outer: Outer | undefined): readonly SchemaError[] {
  if (!outer) return errors;
  return errors.map((error) => {
    if (!outer.has(String(error.params['additionalProperty']))) return error;
    const properties = { ...(error.parentSchema?.['properties'] as object), ...outer.fields };
    return { ...error, parentSchema: { ...error.parentSchema, properties } };
  });
}

/** What to do with a sampling parameter that stands beside `gen_kwargs`. */
function belowGenKwargs({ message }: Finding, parameters: readonly string[]): Pick<Finding, 'remedy'> {
  const isParameter = parameters.some((name) => message === `field "${name}" is not known`);
  return isParameter ? { remedy: 'it is a sampling parameter: write it under gen_kwargs' } : {};
}

/** What is needed to load the blocks of one file. */
interface BlockLoading {
  readonly catalog: Catalog;
  /** The pipeline file: files that configs name are relative to it. */
  readonly path: string;
  readonly source: Places;
  /** What to call the block in findings. */
  readonly label: string;
  /** How files are named in findings. */
  readonly shown: (path: string) => string;
  readonly findings: Finding[];
  /** Files that were read. */
  readonly files: ConfigFile[];
  /** The block that this one is inside of. */
  readonly outer?: Outer | undefined;
  /** Changes to the blocks' configs; they may bring prompts that are no files of their own. */
  readonly overrides?: Overrides | undefined;
}

/** Finds the block's spec, checks its config, and loads what the config names. What is wrong goes to `findings`. */
export async function loadBlock(
  loading: BlockLoading,
  type: string,
  typeAt: YamlPath,
  config: unknown,
  base: YamlPath,
): Promise<LoadedBlock | undefined> {
  const { catalog, source, label, findings } = loading;
  const spec = catalog.get(type);
  if (!spec) {
    const meant = suggest(type, [...catalog.keys()]);
    findings.push({
      severity: 'error',
      rule: 'pipeline/unknown-block',
      path: label,
      message: `there is no block type "${type}"`,
      remedy: meant ? `did you mean "${meant}"?` : 'sdg blocks lists the types; --plugin FILE adds one of your own',
      ...source.placeOf(typeAt),
    });
    return undefined;
  }
  const settings = withoutIgnored(config, spec);
  // A schema is judged where it comes from: ours by the tests, a plugin's as it is loaded.
  const errors = schemaErrors(spec.config, settings);
  if (errors.length > 0) {
    const parameters = Object.keys(valueAt(spec.config, ['properties', 'gen_kwargs', 'properties']) ?? {});
    findings.push(
      ...schemaFindings(withOuter(errors, loading.outer), source, settings, base).map((finding) => ({
        ...finding,
        ...belowGenKwargs(finding, parameters),
        path: label,
      })),
    );
    return undefined;
  }
  const loaded = await spec.load(settings, configLoader(loading, base, spec));
  if (loaded === undefined) return undefined;
  const { adds } = spec.columns(loaded);
  const twice = adds.find((column, i) => adds.indexOf(column) !== i);
  if (twice === undefined) return { spec, config: loaded };
  findings.push({
    severity: 'error',
    rule: 'pipeline/column-twice',
    path: label,
    message: `output column "${twice}" is named twice`,
    remedy: 'give each value a column of its own',
    ...findUse(twice, source, base, settings, []),
  });
  return undefined;
}

function configLoader(loading: BlockLoading, base: YamlPath, spec: BlockSpec): ConfigLoader {
  const { path, source, label, shown, findings, files } = loading;
  return {
    async read(name, at) {
      const file = resolve(dirname(path), name);
      try {
        const text = loading.overrides?.readText(file) ?? (await readFile(file, 'utf8'));
        const found = { file: shown(file), text };
        files.push(found);
        return found;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const why =
          code === 'ENOENT'
            ? `there is no file ${name}`
            : code === 'EISDIR'
              ? `${name} is a folder`
              : `cannot read ${name}: ${message.split(',')[0]}`;
        const place = source.placeOf([...base, ...at]);
        findings.push({
          severity: 'error',
          rule: 'pipeline/file',
          path: label,
          message: why,
          remedy: 'paths are relative to the pipeline file',
          ...place,
        });
        return undefined;
      }
    },
    report(at, { severity = 'error', ...finding }) {
      findings.push({ severity, path: label, ...finding, ...source.placeOf([...base, ...at]) });
    },
    reportIn: (finding) => findings.push({ path: label, ...finding }),
    loadBlock(type, typeAt, config, at) {
      const inner = [...base, ...at];
      const fields = { ...loading.outer?.fields, ...(spec.config as { readonly properties?: object }).properties };
      const has = (field: string) => isThere(source, [...base, field]);
      return loadBlock(
        { ...loading, outer: { fields, has }, source: besides(source, base, inner) },
        type,
        [...base, ...typeAt],
        config,
        inner,
      );
    },
  };
}
