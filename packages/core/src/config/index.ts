export { isTextTag } from './pyyaml/resolve-tag.js';
export { scanYaml } from './pyyaml/scanner.js';
export * from './schema-findings.js';
export * from './yaml-source.js';
export * from './pyyaml/token.js';
