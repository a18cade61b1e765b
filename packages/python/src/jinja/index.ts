export { MissingVariable } from './missing-variable.js';
export { type Draw } from './scope.js';
export * from './template.js';
export * from './template-error.js';
export { type TemplateNames } from './variables.js';
