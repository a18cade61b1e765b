/** The parts of the core that need no streams: RxJS takes longer to load than a small draw takes. */
export * from '../canonical-json.js';
export * from '../content-hash.js';
export * from '../errors.js';
export * from '../file-error.js';
export * from '../finding.js';
export * from '../group-digits.js';
export * from '../lineage.js';
export * from '../ndjson/bad-line.js';
export * from '../outcome.js';
export * from '../random.js';
export * from '../sample.js';
export * from '../split-pair.js';
export * from '../suggest.js';
export * from '../words.js';
