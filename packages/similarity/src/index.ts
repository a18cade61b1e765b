export * from './common-subsequence.js';
export * from './min-hash.js';
export * from './rouge-l.js';
export * from './rouge-pool.js';
