export * from './ascii-digits.js';
export * from './jinja/index.js';
export * from './regex/index.js';
export * from './strip.js';
export * from './yaml/index.js';
