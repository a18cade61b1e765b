import { relative } from 'node:path';
import { catalog } from '@sdg/blocks';
import { formatFinding, SdgError } from '@sdg/core';
import { findPipeline, loadPipeline, type Pipeline } from '@sdg/pipeline';
import { shippedPipelines } from '../shipped.js';

export interface OpenPipelineOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told each finding as a line; warnings too. */
  readonly onFinding: (line: string) => void;
}

/** The path as a person in this folder would write it. */
function nearPath(file: string): string {
  const near = relative('', file);
  return near.startsWith('../../..') ? file : near;
}

/**
 * Finds, reads and checks a pipeline by name or path. All findings are printed before it fails with `config`.
 */
export async function openPipeline(name: string, { env, onFinding }: OpenPipelineOptions): Promise<{ pipeline: Pipeline; path: string }> {
  const found = findPipeline(name, { shipped: shippedPipelines(), env });
  const { pipeline, findings } = await loadPipeline(found.path, { catalog, name: found.name });
  for (const finding of findings) onFinding(formatFinding({ ...finding, ...(finding.file !== undefined && { file: nearPath(finding.file) }) }));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (!pipeline || errors > 0) {
    throw new SdgError('config', `pipeline ${found.name} has ${errors} ${errors === 1 ? 'error' : 'errors'}`, { remedy: 'nothing was run' });
  }
  return { pipeline, path: found.path };
}
