export { CallCache, isTruncated, type CacheEntry } from './cache/call-cache.js';
export * from './cache/inspect.js';
export * from './create-teacher.js';
export * from './dialect/chat-template.js';
export { chatTemplates, families, familyOf } from './dialect/chat-templates.js';
export * from './http/http-teacher.js';
export type { HttpClientOptions, TlsOptions } from './http/http-client.js';
export * from './offline/index.js';
export type { Price } from './pool/budget.js';
