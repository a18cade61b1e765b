export { findFault, type TemplateFault } from './find-fault.js';
export { MissingVariable } from './missing-variable.js';
export { Refused } from './rewrite-tokens.js';
export * from './template.js';
