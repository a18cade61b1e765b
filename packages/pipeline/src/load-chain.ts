import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { BlockSpec, Catalog, ConfigFile, ConfigLoader, Finding } from '@sdg/core';
import { suggest } from '@sdg/core';
import { formatYamlPath, schemaFindings, YamlSource } from '@sdg/core/config';
import type { Static } from '@sinclair/typebox';
import { Ajv, type ValidateFunction } from 'ajv';
import { ChainFile } from './chain-schema.js';
import type { Chain, LeafKind, PipelineBlock } from './pipeline.js';

export interface LoadOptions {
  readonly catalog: Catalog;
  /** How files are named in findings. Default: as they are. */
  readonly shown?: (path: string) => string;
}

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, allowUnionTypes: true });
const validChain: ValidateFunction = ajv.compile(ChainFile);
const validators = new WeakMap<object, ValidateFunction>();
function validatorOf({ config }: BlockSpec): ValidateFunction {
  const validator = validators.get(config) ?? ajv.compile(config);
  validators.set(config, validator);
  return validator;
}

const VERSION = /^(\d+)\.(\d+)$/;

function versionFindings(source: YamlSource, version: unknown): Finding[] {
  const place = source.placeOf(['version']);
  const at = { path: 'version', rule: 'pipeline/version', ...place };
  if (typeof version !== 'string') return [];
  const [, major, minor] = VERSION.exec(version) ?? [];
  if (major === undefined) return [{ severity: 'error', message: `"${version}" is not a version`, remedy: 'write version: "1.0"', ...at }];
  if (major !== '1') return [{ severity: 'error', message: `version ${version} is not supported`, remedy: 'this program reads version 1.0', ...at }];
  if (minor !== '0') return [{ severity: 'warning', message: `version ${version} is newer than 1.0, which this program was made for`, ...at }];
  return [];
}

/** A chain as far as it could be loaded. Without a chain, the findings say why. */
export interface LoadedChain {
  readonly chain?: Chain;
  readonly source: YamlSource;
  readonly findings: readonly Finding[];
}

/** Reads one pipeline file, its prompts and whatever else its blocks name, and finds everything that is wrong there. */
export async function loadChain(path: string, kind: LeafKind | undefined, { catalog, shown = (name) => name }: LoadOptions): Promise<LoadedChain> {
  const file = shown(path);
  const source = new YamlSource(await readFile(path, 'utf8'), file);
  const findings: Finding[] = [...source.findings];
  if (findings.length > 0) return { source, findings };
  const written = source.value as Static<typeof ChainFile>;
  if (!validChain(source.value)) findings.push(...schemaFindings(validChain.errors ?? [], source, source.value));
  findings.push(...versionFindings(source, (written as { version?: unknown } | null)?.version));
  const list: unknown = (written as { blocks?: unknown } | null)?.blocks;
  const blocks: (PipelineBlock | undefined)[] = [];
  for (const [i, block] of (Array.isArray(list) ? list : []).entries()) {
    blocks.push(await loadBlock(block as Static<typeof ChainFile>['blocks'][number], i));
  }

  async function loadBlock(block: Static<typeof ChainFile>['blocks'][number], index: number): Promise<PipelineBlock | undefined> {
    if (typeof block?.type !== 'string') return undefined;
    const label = `block ${typeof block.name === 'string' ? block.name : index + 1}`;
    const spec = catalog.get(block.type);
    if (!spec) {
      const meant = suggest(block.type, [...catalog.keys()]);
      findings.push({
        severity: 'error',
        rule: 'pipeline/unknown-block',
        path: label,
        message: `there is no block type "${block.type}"`,
        remedy: meant ? `did you mean "${meant}"?` : 'sdg blocks lists the types; --plugin FILE adds one of your own',
        ...source.placeOf(['blocks', index, 'type']),
      });
      return undefined;
    }
    const base = ['blocks', index, 'config'] as const;
    const config: unknown = block.config ?? {};
    const valid = validatorOf(spec);
    if (!valid(config)) {
      findings.push(...schemaFindings(valid.errors ?? [], source, config, base).map((finding) => ({ ...finding, path: label })));
      return undefined;
    }
    const files: string[] = [];
    const loader: ConfigLoader = {
      async read(name, at): Promise<ConfigFile | undefined> {
        const found = join(dirname(path), name);
        try {
          const text = await readFile(name.startsWith('/') ? name : found, 'utf8');
          files.push(shown(found));
          return { file: shown(found), text };
        } catch (error) {
          const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
          findings.push({
            severity: 'error',
            rule: 'pipeline/file',
            path: label,
            message: missing ? `there is no file ${name} beside the pipeline` : `cannot read ${name}: ${(error as Error).message}`,
            ...source.placeOf([...base, ...at]),
          });
          return undefined;
        }
      },
      report(at, { severity = 'error', ...finding }) {
        findings.push({ severity, path: label, ...finding, ...source.placeOf([...base, ...at]) });
      },
      reportIn: (finding) => findings.push({ path: label, ...finding }),
    };
    const loaded = await spec.load(config, loader);
    if (loaded === undefined) return undefined;
    return {
      name: block.name,
      type: block.type,
      config: loaded,
      dropColumns: block.drop_columns ?? [],
      dropDuplicates: block.drop_duplicates ?? [],
      files,
      place: source.placeOf(['blocks', index]),
    };
  }

  if (findings.some(({ severity }) => severity === 'error')) return { source, findings };
  const chain: Chain = {
    name: basename(path, extname(path)),
    file,
    kind,
    blocks: blocks.filter((block) => block !== undefined),
    auxiliaryInstructions: written.datamixing?.auxiliary_instructions ?? {},
  };
  return { chain, source, findings: findings.map((finding) => ({ ...finding, path: finding.path ?? formatYamlPath([]) })) };
}
