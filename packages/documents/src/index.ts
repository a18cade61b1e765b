export * from './chunk-document.js';
export * from './count-tokens.js';
export * from './document-block.js';
export * from './read-folder.js';
export * from './read-markdown.js';
export * from './read-text.js';
