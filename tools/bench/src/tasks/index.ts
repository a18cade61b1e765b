/** Pieces of work that are measured in a process of their own, by name. Each takes and gives JSON. */
export const tasks = {
  'answer-calls': () => import('./answer-calls.js'),
  'short-job': () => import('./short-job.js'),
  'block-cost': () => import('./block-cost.js'),
  'cache-calls': () => import('./cache-calls.js'),
  'chunk-text': () => import('./chunk-text.js'),
  'embed-texts': () => import('./embed-texts.js'),
  'fill-cache': () => import('./fill-cache.js'),
  'flush-cost': () => import('./flush-cost.js'),
  'fuzz-qna': () => import('./fuzz-qna.js'),
  'local-tokens': () => import('./local-tokens.js'),
  'parse-text': () => import('./parse-text.js'),
  'post-bodies': () => import('./post-bodies.js'),
  'rouge-pool': () => import('./rouge-pool.js'),
  'run-pipeline': () => import('./run-pipeline.js'),
  'semantic-vectors': () => import('./semantic-vectors.js'),
  'simulate-cluster': () => import('./simulate-cluster.js'),
  'soak-calls': () => import('./soak-calls.js'),
  'stop-reading': () => import('./stop-reading.js'),
  'stream-seeds': () => import('./stream-seeds.js'),
} as const;

export type TaskName = keyof typeof tasks;
type Task<Name extends TaskName> = Awaited<ReturnType<(typeof tasks)[Name]>>['default'];
export type TaskInput<Name extends TaskName> = Parameters<Task<Name>>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<Task<Name>>>;
