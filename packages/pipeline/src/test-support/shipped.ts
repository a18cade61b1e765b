import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { DEFAULT_SETTINGS } from '@sdg/core';
import { expectedRows } from '../exactly-expected.js';
import type { ExactlyGoal } from '../exactly-plan.js';
import { loadPipeline } from '../load-pipeline.js';
import type { Pipeline } from '../pipeline.js';

const folder = fileURLToPath(new URL('../../../../pipelines', import.meta.url));

export const settings = { ...DEFAULT_SETTINGS, scaleFactor: 4 };

export async function openShipped(path: string): Promise<Pipeline> {
  const { pipeline, findings } = await loadPipeline(`${folder}/${path}`, { name: path, catalog });
  if (!pipeline) throw new Error(findings.map(({ message }) => message).join('; '));
  return pipeline;
}

/** The goal with what a seed is thought to become. */
export const goalOf = (pipeline: Pipeline, goal: ExactlyGoal | undefined) =>
  goal && { ...goal, expected: expectedRows(pipeline, catalog, settings) };
