export * from './catalog.js';
export * from './drop-columns.js';
export * from './drop-duplicates.js';
export * from './llm.js';
