export * from './find-qna-files.js';
export * from './judge-qna.js';
export * from './knowledge-samples.js';
export * from './leaf-path.js';
export * from './leaf.js';
export * from './lint/lint-config.js';
export * from './read-taxonomy.js';
export * from './skill-samples.js';
