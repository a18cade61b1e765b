export * from './schema-findings.js';
export * from './yaml-source.js';
