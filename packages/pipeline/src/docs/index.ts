export * from './block-reference.js';
export * from './block-text.js';
export * from './pipeline-schema.js';
export { fieldsOf, type Field } from './schema-text.js';
