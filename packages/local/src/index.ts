export * from './llama-address.js';
export * from './llama-library.js';
export * from './llama-teacher.js';
