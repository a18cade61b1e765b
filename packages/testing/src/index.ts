export * from './block-contract.js';
export * from './memory-loader.js';
export * from './reply-store-laws.js';
export * from './run-block.js';
export * from './scripted-teacher.js';
export * from './virtual-teacher.js';
export * from './nats-server.js';
export * from './cluster-chaos.js';
