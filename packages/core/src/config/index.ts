export * from './schema-findings.js';
export * from './yaml-source.js';
export * from './pyyaml/token.js';
