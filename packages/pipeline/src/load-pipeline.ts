import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { compareFindings, isRecord, SdgError, type Finding } from '@sdg/core';
import { YamlSource } from '@sdg/config';
import { loadChain, type LoadOptions } from './load-chain.js';
import type { Chain, LeafKind, Pipeline } from './pipeline.js';

/** Files of a pipeline folder, and the kind of leaf that each is for. */
const kindOfFile: Readonly<Record<string, LeafKind>> = {
  knowledge: 'knowledge',
  freeform_skills: 'freeform_skill',
  grounded_skills: 'grounded_skill',
  mmlu_bench: 'knowledge',
};

/** A pipeline, if nothing was wrong with it, and all that was found. */
export interface LoadedPipeline {
  readonly pipeline?: Pipeline;
  readonly findings: readonly Finding[];
}

const stem = (file: string): string => basename(file, extname(file));
const isYaml = (file: string): boolean => /\.ya?ml$/.test(file);

/** Whether a YAML file is a pipeline rather than a prompt. */
function hasBlocks(file: string): boolean {
  try {
    const { value } = new YamlSource(readFileSync(file, 'utf8'), file);
    return isRecord(value) && 'blocks' in value;
  } catch {
    return false;
  }
}

/** The pipeline files of a folder: those with the names of the original, or else the only one that has blocks. */
function chainFiles(folder: string): string[] {
  const files = readdirSync(folder).filter(isYaml).sort();
  const named = files.filter((file) => Object.hasOwn(kindOfFile, stem(file)));
  const chosen = named.length > 0 ? named : files.filter((file) => hasBlocks(join(folder, file)));
  if (chosen.length === 0) {
    throw new SdgError('config', `${folder} holds no pipeline`, {
      remedy: 'a pipeline folder has knowledge.yaml, freeform_skills.yaml or grounded_skills.yaml',
    });
  }
  if (named.length === 0 && chosen.length > 1) {
    throw new SdgError('config', `${folder} holds several pipelines: ${chosen.join(', ')}`, { remedy: 'name the file to run' });
  }
  return chosen.map((file) => join(folder, file));
}

/**
 * Loads a pipeline folder, each of whose files is for one kind of leaf, or a single file, which is for all samples.
 * What is wrong in the files is found all at once. Fails with `config` where there is no pipeline to read.
 */
export async function loadPipeline(path: string, options: LoadOptions & { readonly name?: string }): Promise<LoadedPipeline> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) throw new SdgError('config', `there is no pipeline at ${path}`);
  const files = isFolder ? chainFiles(path) : [path];
  const loaded = await Promise.all(files.map((file) => loadChain(file, isFolder ? kindOfFile[stem(file)] : undefined, options)));
  const findings = [...loaded.flatMap((chain) => chain.findings), ...(options.overrides?.unused() ?? [])].sort(compareFindings);
  const chains = loaded.map(({ chain }) => chain).filter((chain): chain is Chain => chain !== undefined);
  if (chains.length < files.length) return { findings };
  return { pipeline: { name: options.name ?? stem(path), chains }, findings };
}
