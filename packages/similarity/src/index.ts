export * from './common-subsequence.js';
export * from './exact-index.js';
export { minHash, rowsPerBand, similarity, type MinHashOptions } from './min-hash.js';
export * from './near-index.js';
export * from './rouge-l.js';
export * from './rouge-pool.js';
export * from './vector-index.js';
