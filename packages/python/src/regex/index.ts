export { PatternTooSlow } from './machine.js';
export * from './pattern.js';
export * from './syntax.js';
