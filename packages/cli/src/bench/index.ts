export * from './ask-many.js';
export * from './compare-reports.js';
export * from './environment.js';
export * from './judge-server.js';
export * from './meter.js';
export * from './render-report.js';
export * from './report.js';
export * from './spread.js';
