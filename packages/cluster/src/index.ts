export { clusterStatus, type ClusterStatus, type RunStatus } from './cluster-status.js';
export { natsEngine } from './nats-engine.js';
export { shown, type NatsOptions } from './connection-options.js';
export { Link, refusalOf } from './link.js';
export type { WorkerRecord } from './living-workers.js';
export { dismissRun, openBuckets, removeReplies, RunNames } from './names.js';
export type { SeedTraces } from './units-out.js';
export { areLast, unitsWanted, type WorkerLoad } from './units-wanted.js';
export { runWorker, type WorkerOptions } from './worker.js';
