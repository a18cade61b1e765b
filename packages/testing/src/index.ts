export * from './block-contract.js';
export * from './memory-loader.js';
export * from './run-block.js';
export * from './scripted-teacher.js';
export * from './virtual-teacher.js';
