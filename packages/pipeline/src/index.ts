export * from './compile.js';
export * from './exactly.js';
export * from './exactly-expected.js';
export { type ExactlyGoal, type LeafEnd } from './exactly-plan.js';
export * from './find-pipeline.js';
export { type LoadOptions } from './load-chain.js';
export * from './load-pipeline.js';
export * from './pipeline.js';
