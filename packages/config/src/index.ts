export { isTextTag, scanYaml, type Token, type TokenType } from '@sdg/python/yaml';
export * from './schema-errors.js';
export * from './schema-findings.js';
export * from './yaml-source.js';
