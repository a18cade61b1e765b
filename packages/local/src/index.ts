export * from './llama-address.js';
export * from './llama-library.js';
export * from './llama-teacher.js';
export * from './onnx-embedder.js';
export * from './static-embedder.js';
