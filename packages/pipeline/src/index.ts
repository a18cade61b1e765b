export * from './compile.js';
export * from './find-pipeline.js';
export { type LoadOptions } from './load-chain.js';
export * from './load-pipeline.js';
export * from './pipeline.js';
