import type { RunnableCommand } from '../command.js';

/** The commands of `sdg` by their words. Each is loaded only when it is used. */
export const commands: Readonly<Record<string, () => Promise<{ default: RunnableCommand }>>> = {
  read: () => import('./read.js'),
  run: () => import('./run.js'),
  mix: () => import('./mix.js'),
  merge: () => import('./merge.js'),
  worker: () => import('./worker.js'),
  cluster: () => import('./cluster.js'),
  generate: () => import('./generate.js'),
  diff: () => import('./diff.js'),
  lint: () => import('./lint.js'),
  pipelines: () => import('./pipelines.js'),
  blocks: () => import('./blocks.js'),
  stats: () => import('./stats.js'),
  report: () => import('./report.js'),
  trace: () => import('./trace.js'),
  cache: () => import('./cache.js'),
  init: () => import('./init.js'),
  config: () => import('./config.js'),
  doctor: () => import('./doctor.js'),
  completion: () => import('./completion.js'),
  bench: () => import('./bench.js'),
  mcp: () => import('./mcp.js'),
};
