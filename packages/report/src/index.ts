export { compareRows } from './compare-rows.js';
export type { KeptOutput, KeptOutputs } from './record-files.js';
export { readRun, type ReadRunOptions } from './read-run.js';
export { renderReport, type ReportOptions } from './render-report.js';
export type * from './run-data.js';
export { traceRow, type Descent } from './trace-row.js';
