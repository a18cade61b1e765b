import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Catalog, ConfigFile, Finding } from '@sdg/core';
import { schemaErrors, schemaFindings, YamlSource } from '@sdg/config';
import type { Static } from '@sinclair/typebox';
import { ChainFile } from './chain-schema.js';
import { flowAsPipeline, laterFlow } from './flow-source.js';
import { lintAuxiliary, lintDataflow } from './lint-dataflow.js';
import { loadBlock } from './load-block.js';
import type { Overrides } from './overrides.js';
import type { Chain, LeafKind, PipelineBlock } from './pipeline.js';

export interface LoadOptions {
  readonly catalog: Catalog;
  /** How files are named in findings. Default: as they are. */
  readonly shown?: (path: string) => string;
  /** Changes to the blocks' configs. */
  readonly overrides?: Overrides | undefined;
}

type Written = Static<typeof ChainFile>;

const VERSION = /^(\d+)\.(\d+)$/;

function versionFindings(source: YamlSource, version: unknown): Finding[] {
  if (typeof version === 'number') {
    return [
      {
        severity: 'error',
        rule: 'pipeline/version',
        path: 'version',
        message: `expected string, found ${version}`,
        remedy: 'put it in quotes: version: "1.0"',
        ...source.placeOf(['version']),
      },
    ];
  }
  if (typeof version !== 'string') return [];
  const at = { path: 'version', rule: 'pipeline/version', ...source.placeOf(['version']) };
  const [, major, minor] = VERSION.exec(version) ?? [];
  if (major === undefined) return [{ severity: 'error', message: `"${version}" is not a version`, remedy: 'write version: "1.0"', ...at }];
  if (major !== '1') {
    return [{ severity: 'error', message: `version ${version} is not supported`, remedy: 'this program reads version 1.0', ...at }];
  }
  if (minor !== '0') {
    return [{ severity: 'warning', message: `version ${version} is newer than 1.0, which this program was made for`, ...at }];
  }
  return [];
}

/** Blocks by one name have one place in the accounts too few. */
function nameFindings(source: YamlSource, names: readonly unknown[]): Finding[] {
  return names.flatMap((name, i) =>
    typeof name === 'string' && names.indexOf(name) < i
      ? [
          {
            severity: 'error' as const,
            rule: 'pipeline/block-name',
            path: `block ${name}`,
            message: `two blocks are named "${name}"`,
            remedy: 'give each a name of its own',
            ...source.placeOf(['blocks', i, 'name']),
          },
        ]
      : [],
  );
}

/** A chain as far as it could be loaded. Without one, the findings say why. */
interface LoadedChain {
  readonly chain?: Chain;
  readonly source: YamlSource;
  readonly findings: readonly Finding[];
}

const texts = (list: unknown): readonly string[] => (Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []);
const isError = ({ severity }: Finding): boolean => severity === 'error';

type WrittenBlock = Partial<Written['blocks'][number]>;

/** What is wrong with the file itself, before any block is loaded. */
function fileFindings(source: YamlSource, written: Partial<Written>, list: readonly WrittenBlock[]): Finding[] {
  const findings = source.repeatedKeys('warning');
  const errors = schemaErrors(ChainFile, source.value);
  if (errors.length > 0) {
    // Of a version that is a number is said below what to do.
    const isToldBelow = (at: string | undefined) => at === 'version' && typeof written.version === 'number';
    findings.push(...schemaFindings(errors, source, source.value).filter(({ path }) => !isToldBelow(path)));
  }
  findings.push(...versionFindings(source, written.version));
  const names = list.map((block) => block?.name);
  findings.push(...nameFindings(source, names));
  if (Array.isArray(written.blocks) && list.length === 0) {
    findings.push({
      severity: 'error',
      rule: 'pipeline/no-blocks',
      path: 'blocks',
      message: 'the pipeline has no blocks',
      remedy: 'add one',
      ...source.placeOf(['blocks']),
    });
  }
  return findings;
}

/** The blocks that could be loaded, and the files that each names, by index of the block in the file. */
interface LoadedBlocks {
  readonly blocks: readonly PipelineBlock[];
  readonly files: ReadonlyMap<number, readonly ConfigFile[]>;
}

async function loadBlocks(
  list: readonly WrittenBlock[],
  where: { readonly path: string; readonly source: YamlSource; readonly findings: Finding[] },
  { catalog, shown = (name) => name, overrides }: LoadOptions,
): Promise<LoadedBlocks> {
  const blocks: PipelineBlock[] = [];
  const filesOf = new Map<number, readonly ConfigFile[]>();
  for (const [i, block] of list.entries()) {
    if (typeof block?.type !== 'string') continue;
    const name = typeof block.name === 'string' ? block.name : `${i + 1}`;
    const files: ConfigFile[] = [];
    const loading = { ...where, catalog, label: `block ${name}`, shown, files, overrides };
    const base = ['blocks', i] as const;
    const loaded = await loadBlock(loading, block.type, [...base, 'type'], block.config ?? {}, [...base, 'config']);
    if (!loaded) continue;
    filesOf.set(i, files);
    blocks.push({
      name,
      type: block.type,
      config: loaded.config,
      dropColumns: texts(block.drop_columns),
      dropDuplicates: texts(block.drop_duplicates),
      files: files.map(({ file }) => file),
      index: i,
      place: where.source.placeOf(base),
    });
  }
  return { blocks, files: filesOf };
}

/** Reads one pipeline file, its prompts and whatever else its blocks name, and finds everything that is wrong there. */
export async function loadChain(path: string, kind: LeafKind | undefined, options: LoadOptions): Promise<LoadedChain> {
  const { shown = (name) => name } = options;
  const source = new YamlSource(await readFile(path, 'utf8'), shown(path));
  if (source.findings.length === 0) return chainOf(source, path, kind, options);
  const part = source.beforeFault();
  const before = part ? (await chainOf(part.source, path, kind, options)).findings.filter(part.isSettled) : [];
  return { source, findings: [...before, ...source.findings] };
}

async function chainOf(text: YamlSource, path: string, kind: LeafKind | undefined, options: LoadOptions): Promise<LoadedChain> {
  const { catalog, overrides } = options;
  const { file } = text;
  const name = basename(path, extname(path));
  const read = flowAsPipeline(text, catalog);
  const source = overrides?.apply(read, name) ?? read;
  const later = laterFlow(source);
  if (later) return { source, findings: [later] };
  const written = (source.value ?? {}) as Partial<Written>;
  const list: readonly WrittenBlock[] = Array.isArray(written.blocks) ? written.blocks : [];
  const findings = fileFindings(source, written, list);
  const { blocks, files } = await loadBlocks(list, { path, source, findings }, options);
  // What a broken block would have provided is not known, so what comes after it cannot be judged.
  const broken = list.findIndex((_, i) => !files.has(i));
  const known = broken === -1 ? blocks : blocks.filter(({ index }) => index < broken);
  const configs = new Map(list.map((block, i) => [i, block?.config]));
  findings.push(...lintDataflow({ source, kind, blocks: known, files, written: configs, catalog }));
  const auxiliaryInstructions = written.datamixing?.auxiliary_instructions ?? {};
  if (broken === -1) findings.push(...lintAuxiliary(source, Object.keys(auxiliaryInstructions), blocks, kind, catalog));
  return findings.some(isError) ? { source, findings } : { chain: { name, file, kind, blocks, auxiliaryInstructions }, source, findings };
}
