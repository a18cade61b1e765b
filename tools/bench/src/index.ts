export * from './context.js';
export * from './run-suites.js';
export * from './suite.js';
export { suites } from './suites/index.js';
