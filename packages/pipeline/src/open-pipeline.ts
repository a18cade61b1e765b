import { relative } from 'node:path';
import { formatFinding, SdgError, type Catalog, type Observer } from '@sdg/core';
import { findPipeline, shippedPipelines } from './find-pipeline.js';
import { loadPipeline } from './load-pipeline.js';
import { Overrides } from './overrides.js';
import type { Pipeline } from './pipeline.js';
import { extendCatalog, loadPlugin } from './plugin/load-plugin.js';
import { withChatTemplates } from './plugin/with-chat-templates.js';

export interface OpenPipelineOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Blocks that the pipeline may use. */
  readonly catalog: Catalog;
  /** Told each finding as a line; warnings too. */
  readonly observer?: Pick<Observer, 'notice'> | undefined;
  /** Modules with blocks and chat templates of the user's own. */
  readonly plugins?: readonly string[] | undefined;
  /** Family of chat template that the user chose for all blocks. */
  readonly family?: string | undefined;
  /** File with changes to the blocks' configs. */
  readonly config?: string | undefined;
}

/** A pipeline without errors, and the catalogue that it was checked with. */
export interface OpenedPipeline {
  readonly pipeline: Pipeline;
  readonly catalog: Catalog;
  /** What `config` changed. */
  readonly overrides: Overrides | undefined;
}

/** The path as a person in this folder would write it. */
function nearPath(file: string): string {
  const near = relative('', file);
  return near.startsWith('../../..') ? file : near;
}

/**
 * Finds, reads and checks a pipeline by name or path. The observer is told all findings before it fails with `config`; without one
 * they are in the error.
 */
export async function openPipeline(
  name: string,
  { env, catalog: given, observer, plugins = [], family, config }: OpenPipelineOptions,
): Promise<OpenedPipeline> {
  const loaded = await Promise.all(plugins.map(loadPlugin));
  const catalog = extendCatalog(given, loaded);
  const found = findPipeline(name, { shipped: shippedPipelines(), env });
  const changes = config === undefined ? undefined : await Overrides.read(config);
  const overrides = changes?.overrides;
  const loadedPipeline = await loadPipeline(found.path, { catalog, name: found.name, overrides });
  const { pipeline } = loadedPipeline;
  const findings = [...(changes?.findings ?? []), ...loadedPipeline.findings];
  // What is wrong in a prompt or a change that two chains share is wrong once.
  const lines = new Map(
    findings.map((finding) => [
      formatFinding({ ...finding, ...(finding.file !== undefined && { file: nearPath(finding.file) }) }),
      finding,
    ]),
  );
  for (const line of lines.keys()) observer?.notice?.(line, 'warning');
  const errors = [...lines.values()].filter(({ severity }) => severity === 'error').length;
  if (!pipeline || errors > 0) {
    const told = `pipeline ${found.name} has ${errors} ${errors === 1 ? 'error' : 'errors'}`;
    // Where nobody was told what they are, the error says it.
    throw new SdgError('config', observer?.notice ? told : [`${told}:`, ...lines.keys()].join('\n'), { remedy: 'nothing was run' });
  }
  const templates = Object.assign({}, ...loaded.map(({ chatTemplates }) => chatTemplates)) as Readonly<Record<string, string>>;
  return { pipeline: withChatTemplates(pipeline, templates, family), catalog, overrides };
}
