export { findUnprintable } from './characters.js';
export * from './compose.js';
export * from './construct.js';
export * from './node.js';
export { isTextTag } from './resolve-tag.js';
export * from './scanner.js';
export * from './token.js';
export * from './yaml-syntax-error.js';
